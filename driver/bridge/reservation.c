// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-resv.h>
#include <linux/ktime.h>

#include <drm/drm_exec.h>
#include <drm/drm_gem.h>

#include "bridge/reservation.h"

static_assert(BRIDGE_FENCE_KERNEL == (int)DMA_RESV_USAGE_KERNEL);
static_assert(BRIDGE_FENCE_WRITE == (int)DMA_RESV_USAGE_WRITE);
static_assert(BRIDGE_FENCE_READ == (int)DMA_RESV_USAGE_READ);
static_assert(BRIDGE_FENCE_BOOKKEEP == (int)DMA_RESV_USAGE_BOOKKEEP);

static enum dma_resv_usage to_usage(enum bridge_fence_usage usage)
{
	return (enum dma_resv_usage)usage;
}

void bridge_resv_lock(struct dma_resv *resv)
{
	dma_resv_lock(resv, NULL);
}

int bridge_resv_lock_interruptible(struct dma_resv *resv)
{
	return dma_resv_lock_interruptible(resv, NULL);
}

bool bridge_resv_trylock(struct dma_resv *resv)
{
	return dma_resv_trylock(resv);
}

void bridge_resv_unlock(struct dma_resv *resv)
{
	dma_resv_unlock(resv);
}

void bridge_resv_assert_held(struct dma_resv *resv)
{
	dma_resv_assert_held(resv);
}

int bridge_resv_reserve_fences(struct dma_resv *resv, u32 count)
{
	return dma_resv_reserve_fences(resv, count);
}

void bridge_resv_add_fence(struct dma_resv *resv, struct dma_fence *fence,
			   enum bridge_fence_usage usage)
{
	dma_resv_add_fence(resv, fence, to_usage(usage));
}

long bridge_resv_wait(struct dma_resv *resv, enum bridge_fence_usage usage, u64 timeout_jiffies)
{
	return dma_resv_wait_timeout(resv, to_usage(usage), true,
				     min_t(u64, timeout_jiffies, MAX_SCHEDULE_TIMEOUT));
}

long bridge_resv_wait_uninterruptible(struct dma_resv *resv, enum bridge_fence_usage usage,
				      u64 timeout_jiffies)
{
	return dma_resv_wait_timeout(resv, to_usage(usage), false, timeout_jiffies);
}

bool bridge_resv_is_signaled(struct dma_resv *resv, enum bridge_fence_usage usage)
{
	return dma_resv_test_signaled(resv, to_usage(usage));
}

void bridge_resv_set_deadline_now(struct dma_resv *resv, enum bridge_fence_usage usage)
{
	dma_resv_set_deadline(resv, to_usage(usage), ktime_get());
}

int bridge_exec_lock(struct drm_exec *exec, u32 count, u32 slots,
		     struct drm_gem_object *(*at)(void *ctx, u32 i), void *ctx)
{
	int ret;

	drm_exec_init(exec, DRM_EXEC_INTERRUPTIBLE_WAIT | DRM_EXEC_IGNORE_DUPLICATES, count);
	drm_exec_until_all_locked(exec)
	{
		struct dma_resv *last = NULL;

		ret = 0;
		for (u32 i = 0; i < count && !ret; i++) {
			struct drm_gem_object *obj = at(ctx, i);

			/* Private objects come in long runs and have one reservation for all. */
			if (obj->resv == last)
				continue;
			ret = drm_exec_prepare_obj(exec, obj, slots);
			drm_exec_retry_on_contention(exec);
			last = obj->resv;
		}
		if (ret)
			break;
	}
	if (ret)
		drm_exec_fini(exec);
	return ret;
}

void bridge_exec_unlock(struct drm_exec *exec)
{
	drm_exec_fini(exec);
}
