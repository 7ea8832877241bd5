// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binds the board's PCI function: gives the board's node its address, then creates the devices below it.
 *
 * The node's `ranges` property can only be written here, since the BAR is where the PCI core put it. The node is
 * therefore no simple-bus: nothing below it exists before this module has run.
 */
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include "vboard.h"

static bool master;
module_param(master, bool, 0444);
MODULE_PARM_DESC(master, "create the device that the kernel's msm.ko binds to");

/*
 * Adds `ranges`: child addresses 0 to the BAR's size are the BAR's physical addresses. It stays when the module goes,
 * as a removed property's memory may not be freed, and BARs do not move.
 */
static int vboard_add_ranges(struct vboard *board)
{
	u64 start = pci_resource_start(board->pdev, 0);
	struct property *prop;
	__be32 *cells;
	int ret;

	if (of_property_present(board->node, "ranges"))
		return 0;
	prop = kzalloc(sizeof(*prop), GFP_KERNEL);
	cells = kcalloc(4, sizeof(*cells), GFP_KERNEL);
	if (!prop || !cells) {
		ret = -ENOMEM;
		goto err;
	}
	cells[0] = cpu_to_be32(0);
	cells[1] = cpu_to_be32(upper_32_bits(start));
	cells[2] = cpu_to_be32(lower_32_bits(start));
	cells[3] = cpu_to_be32(pci_resource_len(board->pdev, 0));
	prop->name = kstrdup("ranges", GFP_KERNEL);
	prop->length = 4 * sizeof(*cells);
	prop->value = cells;
	if (!prop->name) {
		ret = -ENOMEM;
		goto err;
	}
	ret = of_add_property(board->node, prop);
	if (!ret)
		return 0;
	kfree(prop->name);
err:
	kfree(cells);
	kfree(prop);
	return ret;
}

static int vboard_check(struct vboard *board)
{
	u32 magic = readl(board->control + VBOARD_MAGIC);
	u32 version = readl(board->control + VBOARD_VERSION);

	if (magic != VBOARD_MAGIC_VALUE || version != VBOARD_VERSION_VALUE)
		return dev_err_probe(&board->pdev->dev, -ENODEV,
				     "not a board of version %u: magic %#x, version %u\n",
				     VBOARD_VERSION_VALUE, magic, version);
	return 0;
}

static void vboard_put_bus(void *data)
{
	struct vboard *board = data;

	if (board->bus)
		platform_device_put(board->bus);
	of_node_put(board->node);
}

static int vboard_find_node(struct vboard *board)
{
	struct device *dev = &board->pdev->dev;
	int ret;

	board->node = of_find_compatible_node(NULL, NULL, "msmxx,vboard");
	if (!board->node)
		return dev_err_probe(dev, -ENODEV, "the device tree has no msmxx,vboard node\n");
	board->bus = of_find_device_by_node(board->node);
	ret = devm_add_action_or_reset(dev, vboard_put_bus, board);
	if (ret)
		return ret;
	return board->bus ? 0 : dev_err_probe(dev, -ENODEV, "no device for %pOF\n", board->node);
}

static void vboard_remove_blocks(void *data)
{
	of_platform_depopulate(data);
}

static int vboard_add_blocks(struct vboard *board)
{
	struct device *bus = &board->bus->dev;
	int ret;

	ret = of_platform_populate(board->node, NULL, NULL, bus);
	if (ret) {
		of_platform_depopulate(bus);
		return dev_err_probe(&board->pdev->dev, ret, "devices\n");
	}
	return devm_add_action_or_reset(&board->pdev->dev, vboard_remove_blocks, bus);
}

static void vboard_remove_files(void *data)
{
	debugfs_remove_recursive(data);
}

static int vboard_add_files(struct vboard *board)
{
	board->files = debugfs_create_dir("vboard", NULL);
	vboard_add_plan(board);
	vboard_add_state(board);
	return devm_add_action_or_reset(&board->pdev->dev, vboard_remove_files, board->files);
}

static int vboard_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct vboard *board;
	int ret;

	board = devm_kzalloc(dev, sizeof(*board), GFP_KERNEL);
	if (!board)
		return -ENOMEM;
	board->pdev = pdev;
	pci_set_drvdata(pdev, board);

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	pci_set_master(pdev);
	/* Not pcim_iomap: requesting the BAR would keep the blocks' drivers from requesting theirs. */
	board->control = devm_ioremap(dev, pci_resource_start(pdev, 0) + VBOARD_CONTROL,
				      VBOARD_CONTROL_SIZE);
	if (!board->control)
		return -ENOMEM;

	ret = vboard_check(board);
	ret = ret ?: vboard_find_node(board);
	ret = ret ?: vboard_add_ranges(board);
	ret = ret ?: vboard_add_interrupts(board);
	ret = ret ?: vboard_add_power_domains(board);
	ret = ret ?: vboard_add_clocks(board);
	ret = ret ?: vboard_add_files(board);
	if (ret)
		return ret;
	ret = vboard_add_blocks(board);
	if (!ret && master)
		ret = vboard_add_master(board);
	return ret;
}

static const struct pci_device_id vboard_ids[] = {{PCI_DEVICE(0x1234, 0x0610)}, {}};
MODULE_DEVICE_TABLE(pci, vboard_ids);

static struct pci_driver vboard_driver = {
	.name = "vboard",
	.id_table = vboard_ids,
	.probe = vboard_probe,
};
module_pci_driver(vboard_driver);

MODULE_DESCRIPTION("Glue for the virtual Adreno board of msmxx");
MODULE_LICENSE("GPL");
