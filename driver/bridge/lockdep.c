// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/mmu_notifier.h>
#include <linux/sched.h>
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

#if defined(CONFIG_LOCKDEP) && defined(CONFIG_MMU_NOTIFIER)

struct prime_notifier {
	struct mmu_notifier notifier;
	void (*inside)(void *data);
	void *data;
};

static int prime_invalidate(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct prime_notifier *prime = container_of(notifier, struct prime_notifier, notifier);

	prime->inside(prime->data);
	return 0;
}

static const struct mmu_notifier_ops prime_ops = {
	.invalidate_range_start = prime_invalidate,
};

/* Their lockdep map is not for modules: so a real one, of the process that loads this. */
void bridge_prime_mmu_notifier(void (*inside)(void *data), void *data)
{
	struct prime_notifier prime = {
		.notifier.ops = &prime_ops,
		.inside = inside,
		.data = data,
	};
	unsigned long address;

	if (!current->mm || mmu_notifier_register(&prime.notifier, current->mm))
		return;
	address = vm_mmap(NULL, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (!IS_ERR_VALUE(address))
		vm_munmap(address, PAGE_SIZE);
	mmu_notifier_unregister(&prime.notifier, current->mm);
}

#else

void bridge_prime_mmu_notifier(void (*inside)(void *data), void *data) {}

#endif

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
