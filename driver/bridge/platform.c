// SPDX-License-Identifier: GPL-2.0-only
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "bridge/platform.h"

void *bridge_device_owner(struct device *dev)
{
	return dev_get_platdata(dev);
}

void bridge_device_set_owner(struct device *dev, void *owner)
{
	dev->platform_data = owner;
}

void bridge_device_explain(struct device *dev, int error, const char *what)
{
	/* dev_err_probe() notes why a probe waits, but says nothing at all of -ENOMEM. */
	if (error == -EPROBE_DEFER)
		dev_err_probe(dev, error, "%s\n", what);
	else
		dev_err(dev, "error %pe: %s\n", ERR_PTR(error), what);
}

int bridge_device_set_dma_mask(struct device *dev)
{
	/* All known SMMUs map whatever the CPU can address. */
	return dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
}

const char *bridge_device_compatible(struct device *dev)
{
	const char *compatible;

	if (of_property_read_string_index(dev->of_node, "compatible", 0, &compatible))
		return NULL;
	return compatible;
}

bool bridge_device_is_compatible(struct device *dev, const char *compatible)
{
	return of_device_is_compatible(dev->of_node, compatible);
}

int bridge_device_property_u32(struct device *dev, const char *name, u32 *value)
{
	return of_property_read_u32(dev->of_node, name, value);
}

bool bridge_device_has_child(struct device *dev, const char *name)
{
	struct device_node *child = of_get_child_by_name(dev->of_node, name);
	bool available = of_device_is_available(child);

	of_node_put(child);
	return available;
}

struct device *bridge_device_by_phandle(struct device *dev, const char *property)
{
	struct device_node *node = of_parse_phandle(dev->of_node, property, 0);
	struct platform_device *pdev = node ? of_find_device_by_node(node) : NULL;

	of_node_put(node);
	return pdev ? &pdev->dev : NULL;
}

void bridge_device_put(struct device *dev)
{
	put_device(dev);
}

int bridge_ioremap(struct device *dev, const char *name, void **base, u64 *start, u64 *size)
{
	struct platform_device *pdev = to_platform_device(dev);
	struct resource *res = name ? platform_get_resource_byname(pdev, IORESOURCE_MEM, name)
				    : platform_get_resource(pdev, IORESOURCE_MEM, 0);
	void __iomem *io;

	if (!res)
		return -ENOENT;
	io = ioremap(res->start, resource_size(res));
	if (!io)
		return -ENOMEM;
	*base = (void __force *)io;
	*start = res->start;
	*size = resource_size(res);
	return 0;
}

void bridge_iounmap(void *base)
{
	iounmap((void __iomem __force *)base);
}

struct bridge_irq {
	int number;
	void (*handler)(void *data);
	void *data;
};

static irqreturn_t irq_handler(int number, void *data)
{
	struct bridge_irq *irq = data;

	irq->handler(irq->data);
	return IRQ_HANDLED;
}

int bridge_irq_request(struct device *dev, const char *name, void (*handler)(void *data),
		       void *data, struct bridge_irq **result)
{
	struct bridge_irq *irq;
	int ret;

	irq = kzalloc(sizeof(*irq), GFP_KERNEL);
	if (!irq)
		return -ENOMEM;
	irq->handler = handler;
	irq->data = data;

	ret = platform_get_irq(to_platform_device(dev), 0);
	if (ret >= 0) {
		irq->number = ret;
		ret = request_irq(irq->number, irq_handler, IRQF_TRIGGER_HIGH | IRQF_NO_AUTOEN,
				  name, irq);
	}
	if (ret) {
		kfree(irq);
		return ret;
	}
	*result = irq;
	return 0;
}

void bridge_irq_free(struct bridge_irq *irq)
{
	free_irq(irq->number, irq);
	kfree(irq);
}

void bridge_irq_enable(struct bridge_irq *irq)
{
	enable_irq(irq->number);
}

void bridge_irq_disable(struct bridge_irq *irq)
{
	disable_irq(irq->number);
}
