// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "bridge/lockdep.h"

void bridge_prime_allocation(void)
{
	might_alloc(GFP_KERNEL);
}

void bridge_prime_fence_wait(void)
{
	/* Signalled long ago, but lockdep does not look at that. */
	struct dma_fence *fence = dma_fence_get_stub();

	dma_fence_wait(fence, false);
	dma_fence_put(fence);
}

void bridge_prime_reclaim_begin(void)
{
	fs_reclaim_acquire(GFP_KERNEL);
}

void bridge_prime_reclaim_end(void)
{
	fs_reclaim_release(GFP_KERNEL);
}

void bridge_prime_under_reservation(void (*inside)(void *data), void *data)
{
	struct dma_resv *reservation = kmalloc(sizeof(*reservation), GFP_KERNEL);

	/* Then lockdep learns a little less. */
	if (!reservation) {
		inside(data);
		return;
	}
	dma_resv_init(reservation);
	dma_resv_lock(reservation, NULL);
	inside(data);
	dma_resv_unlock(reservation);
	dma_resv_fini(reservation);
	kfree(reservation);
}
