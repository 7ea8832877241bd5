// SPDX-License-Identifier: GPL-2.0-only
#include <linux/io.h>

#include "bridge/mmio.h"

u32 bridge_readl(const void *address)
{
	return readl((const void __iomem __force *)address);
}

void bridge_writel(void *address, u32 value)
{
	writel(value, (void __iomem __force *)address);
}
