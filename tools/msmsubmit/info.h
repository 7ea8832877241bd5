/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

#include "device.h"

/**
 * print_info() - prints the driver, the chip, every parameter and every submitqueue priority of
 * @device
 * @json: one JSON object instead of text; its members are the same for every driver, see info.cc
 */
void print_info(const Device &device, bool json);
