/* SPDX-License-Identifier: GPL-2.0-only */
/* Device registers. The C side adds the __iomem that C++ has no word for. */
#ifndef MSMXX_BRIDGE_MMIO_H
#define MSMXX_BRIDGE_MMIO_H

#include "bridge/types.h"

BRIDGE_BEGIN

u32 bridge_readl(const void *address);
void bridge_writel(void *address, u32 value);

BRIDGE_END

#endif
