// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-fence.h>
#include <linux/kernel.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "bridge/context.h"

void bridge_might_sleep(void)
{
	might_sleep();
}

void bridge_might_fault(void)
{
	might_fault();
}

void bridge_might_alloc(void)
{
	might_alloc(GFP_KERNEL);
}

bool bridge_fence_begin_signalling(void)
{
	return dma_fence_begin_signalling();
}

void bridge_fence_end_signalling(bool cookie)
{
	dma_fence_end_signalling(cookie);
}

unsigned int bridge_noreclaim_save(void)
{
	return memalloc_noreclaim_save();
}

void bridge_noreclaim_restore(unsigned int flags)
{
	memalloc_noreclaim_restore(flags);
}
