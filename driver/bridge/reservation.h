/* SPDX-License-Identifier: GPL-2.0-only */
/* Reservations: the one lock of a BO, and the fences that say who still uses it. */
#ifndef MSMXX_BRIDGE_RESERVATION_H
#define MSMXX_BRIDGE_RESERVATION_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct dma_fence;
struct dma_resv;
struct drm_exec;
struct drm_gem_object;

/* enum dma_resv_usage: who must wait for a fence */
enum bridge_fence_usage {
	BRIDGE_FENCE_KERNEL,
	BRIDGE_FENCE_WRITE,
	BRIDGE_FENCE_READ,
	BRIDGE_FENCE_BOOKKEEP,
};

void bridge_resv_lock(struct dma_resv *resv);
int bridge_resv_lock_interruptible(struct dma_resv *resv);
bool bridge_resv_trylock(struct dma_resv *resv);
void bridge_resv_unlock(struct dma_resv *resv);
void bridge_resv_assert_held(struct dma_resv *resv);

int bridge_resv_reserve_fences(struct dma_resv *resv, u32 count);
void bridge_resv_add_fence(struct dma_resv *resv, struct dma_fence *fence,
			   enum bridge_fence_usage usage);

/* Interruptible; jiffies left (at least 1), 0 when the time is up, or a negative errno. */
long bridge_resv_wait(struct dma_resv *resv, enum bridge_fence_usage usage, u64 timeout_jiffies);
/* The same, whatever signals come. */
long bridge_resv_wait_uninterruptible(struct dma_resv *resv, enum bridge_fence_usage usage,
				      u64 timeout_jiffies);
bool bridge_resv_is_signaled(struct dma_resv *resv, enum bridge_fence_usage usage);
void bridge_resv_set_deadline_now(struct dma_resv *resv, enum bridge_fence_usage usage);

/*
 * Lock the reservations of @count objects, whichever order others lock theirs in, and room for
 * @slots fences in each. Objects that share one are locked once. @at gives the objects; it may be
 * called again for the same index.
 */
int bridge_exec_lock(struct drm_exec *exec, u32 count, u32 slots,
		     struct drm_gem_object *(*at)(void *ctx, u32 i), void *ctx);
void bridge_exec_unlock(struct drm_exec *exec);

BRIDGE_END

#endif
