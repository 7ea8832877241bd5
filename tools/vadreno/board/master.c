// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device that the reference driver, the kernel's msm.ko, binds its DRM device to.
 *
 * On hardware that is the display controller, of which the GPU is a component. This board has none, so a bare platform
 * device stands in for it when asked for. It is a child of the GPU because the driver only uses the IOMMU, rather than a
 * small carve-out of contiguous memory, when this device or its parent is behind one (msm_use_mmu(), Linux 6.12).
 */
#include <linux/dma-mapping.h>
#include <linux/of.h>
#include <linux/of_platform.h>
#include <linux/platform_device.h>

#include "vboard.h"

static void vboard_remove_master(void *data)
{
	platform_device_unregister(data);
}

int vboard_add_master(struct vboard *board)
{
	struct device_node *node = of_get_compatible_child(board->node, "qcom,adreno");
	struct platform_device_info info = {
		.name = "msm", .id = PLATFORM_DEVID_NONE, .dma_mask = DMA_BIT_MASK(64)};
	struct platform_device *gpu, *master;

	gpu = node ? of_find_device_by_node(node) : NULL;
	of_node_put(node);
	if (!gpu)
		return dev_err_probe(&board->pdev->dev, -ENODEV,
				     "no GPU to make a DRM master for\n");
	info.parent = &gpu->dev;
	master = platform_device_register_full(&info);
	platform_device_put(gpu);
	if (IS_ERR(master))
		return PTR_ERR(master);
	return devm_add_action_or_reset(&board->pdev->dev, vboard_remove_master, master);
}
