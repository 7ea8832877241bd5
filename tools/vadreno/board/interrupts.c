// SPDX-License-Identifier: GPL-2.0-only
/*
 * The board's interrupt controller: MSI-X vector n is hardware interrupt n.
 *
 * A message is an edge; the board sends it again if the cause is still there after a clear. Drivers ask for level
 * interrupts, as the real lines are, so every type is accepted.
 */
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/msi.h>
#include <linux/of.h>

#include "vboard.h"

/* The edge flow needs something to call; there is no mask bit to write. */
static void vboard_irq_nothing(struct irq_data *data) {}

static int vboard_irq_set_type(struct irq_data *data, unsigned int type)
{
	return 0;
}

static struct irq_chip vboard_irq_chip = {
	.name = "vboard",
	.irq_ack = vboard_irq_nothing,
	.irq_mask = vboard_irq_nothing,
	.irq_unmask = vboard_irq_nothing,
	.irq_set_type = vboard_irq_set_type,
};

static int vboard_irq_map(struct irq_domain *domain, unsigned int virq, irq_hw_number_t hwirq)
{
	irq_set_chip_and_handler(virq, &vboard_irq_chip, handle_edge_irq);
	return 0;
}

static const struct irq_domain_ops vboard_irq_ops = {
	.map = vboard_irq_map,
	.xlate = irq_domain_xlate_twocell,
};

static irqreturn_t vboard_message(int irq, void *data)
{
	struct vboard *board = data;
	/* Not pci_irq_vector(), which takes a mutex. */
	int hwirq = irq_get_msi_desc(irq)->msi_index;

	return generic_handle_domain_irq(board->irqs, hwirq) ? IRQ_NONE : IRQ_HANDLED;
}

static void vboard_remove_domain(void *data)
{
	struct vboard *board = data;
	unsigned int hwirq;

	for (hwirq = 0; hwirq < VBOARD_VECTORS; hwirq++)
		irq_dispose_mapping(irq_find_mapping(board->irqs, hwirq));
	irq_domain_remove(board->irqs);
}

static void vboard_free_vectors(void *data)
{
	pci_free_irq_vectors(data);
}

int vboard_add_interrupts(struct vboard *board)
{
	struct device_node *node = of_get_child_by_name(board->node, "interrupt-controller");
	struct device *dev = &board->pdev->dev;
	int ret, vector;

	if (!node)
		return dev_err_probe(dev, -ENODEV, "no interrupt-controller node\n");
	board->irqs = irq_domain_create_linear(of_fwnode_handle(node), VBOARD_VECTORS,
					       &vboard_irq_ops, board);
	of_node_put(node);
	if (!board->irqs)
		return -ENOMEM;
	ret = devm_add_action_or_reset(dev, vboard_remove_domain, board);
	if (ret)
		return ret;

	ret = pci_alloc_irq_vectors(board->pdev, VBOARD_VECTORS, VBOARD_VECTORS, PCI_IRQ_MSIX);
	if (ret < 0)
		return dev_err_probe(dev, ret, "no MSI-X vectors\n");
	ret = devm_add_action_or_reset(dev, vboard_free_vectors, board->pdev);
	if (ret)
		return ret;

	for (vector = 0; vector < VBOARD_VECTORS; vector++) {
		ret = devm_request_irq(dev, pci_irq_vector(board->pdev, vector), vboard_message, 0,
				       "vboard", board);
		if (ret)
			return dev_err_probe(dev, ret, "vector %d\n", vector);
	}
	return 0;
}
