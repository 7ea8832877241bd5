/* SPDX-License-Identifier: GPL-2.0-only */
/* How this SoC's memory is laid out for compressed surfaces, where the kernel knows. */
#ifndef MSMXX_BRIDGE_UBWC_H
#define MSMXX_BRIDGE_UBWC_H

#include "bridge/types.h"

BRIDGE_BEGIN

/* As struct UbwcConfig in adreno/catalog.h. */
struct bridge_ubwc {
	u32 highest_bank_bit;
	u32 swizzle;
	bool macrotile_mode;
	bool ubwc_1_0;
	bool min_access_64b;
	bool amsbc;
	bool rgb565_predicator;
};

/* -EOPNOTSUPP on kernels that have no such table; another error if the kernel has one but this SoC is not in it. */
int bridge_ubwc_config(struct bridge_ubwc *config);

BRIDGE_END

#endif
