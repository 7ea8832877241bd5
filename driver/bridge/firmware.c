// SPDX-License-Identifier: GPL-2.0-only
#include <linux/firmware.h>
#include <linux/kernel.h>
#include <linux/slab.h>

#include "bridge/firmware.h"

int bridge_firmware_request(struct device *dev, const char *name, const struct firmware **firmware)
{
	char *path = kasprintf(GFP_KERNEL, "qcom/%s", name);
	int ret;

	if (!path)
		return -ENOMEM;
	ret = request_firmware_direct(firmware, path, dev);
	if (ret == -ENOENT)
		ret = request_firmware_direct(firmware, name, dev);
	if (ret == -ENOENT)
		ret = firmware_request_nowarn(firmware, path, dev);
	kfree(path);
	return ret;
}

void bridge_firmware_release(const struct firmware *firmware)
{
	release_firmware(firmware);
}

const void *bridge_firmware_data(const struct firmware *firmware)
{
	return firmware->data;
}

size_t bridge_firmware_size(const struct firmware *firmware)
{
	return firmware->size;
}
