/* SPDX-License-Identifier: GPL-2.0-only */
/* Firmware files. */
#ifndef MSMXX_BRIDGE_FIRMWARE_H
#define MSMXX_BRIDGE_FIRMWARE_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct device;
struct firmware;

/*
 * Looks for qcom/@name, then for @name, and at last asks a user-space helper, if the kernel has
 * one, for qcom/@name. Says nothing in the log.
 */
int bridge_firmware_request(struct device *dev, const char *name, const struct firmware **firmware);
void bridge_firmware_release(const struct firmware *firmware);
const void *bridge_firmware_data(const struct firmware *firmware);
size_t bridge_firmware_size(const struct firmware *firmware);

BRIDGE_END

#endif
