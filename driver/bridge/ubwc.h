/* SPDX-License-Identifier: GPL-2.0-only */
/* How this SoC's memory is laid out for compressed surfaces, where the kernel knows. */
#ifndef MSMXX_BRIDGE_UBWC_H
#define MSMXX_BRIDGE_UBWC_H

#include "bridge/types.h"

BRIDGE_BEGIN

/*
 * How the memory controller lays out compressed (UBWC) and tiled surfaces; a property of the SoC,
 * not of its GPU.
 *
 * highest_bank_bit: the address bit of the highest DRAM bank, at least 13
 * swizzle: enabled bank swizzling levels, bit 0 for level 1
 * macrotile_mode: 8-channel macrotiling
 * ubwc_1_0: UBWC 1.0 encoding
 * min_access_64b: the smallest access is 64 bytes
 * amsbc: UBWC 3.0 or newer
 * rgb565_predicator: UBWC 4.0 or newer
 */
struct bridge_ubwc {
	u32 highest_bank_bit;
	u32 swizzle;
	bool macrotile_mode;
	bool ubwc_1_0;
	bool min_access_64b;
	bool amsbc;
	bool rgb565_predicator;
};

/*
 * -EOPNOTSUPP on kernels that have no such table; another error if the kernel has one but this SoC
 * is not in it.
 */
int bridge_ubwc_config(struct bridge_ubwc *config);

BRIDGE_END

#endif
