// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fence has its own lock and, once signalled, nothing more to do with its ops: they came together, so that a fence
 * without .release and .wait may outlive the module that made it.
 */
#include <linux/dma-fence.h>

int probe(struct dma_fence *fence);
int probe(struct dma_fence *fence)
{
	return fence->flags & BIT(DMA_FENCE_FLAG_INLINE_LOCK_BIT)
		       ? 0
		       : fence->ops == RCU_INITIALIZER(NULL);
}
