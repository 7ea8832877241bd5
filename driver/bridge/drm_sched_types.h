/* SPDX-License-Identifier: GPL-2.0-only */
/* For C only (drm_sched.c and the generated layout): what C++ embeds without seeing inside. */
#ifndef MSMXX_BRIDGE_DRM_SCHED_TYPES_H
#define MSMXX_BRIDGE_DRM_SCHED_TYPES_H

#include <linux/dma-fence.h>
#include <linux/spinlock.h>

#include "bridge/features.h"

struct timeline;

/**
 * struct hw_fence - what a job's memory begins with
 * @base: signalled when the GPU has finished the job
 * @lock: the fence's lock, where the kernel has none inside the fence
 * @timeline: the ring's
 *
 * Outlives the job: whoever holds the scheduler's fence holds this one through it.
 */
struct hw_fence {
	struct dma_fence base;
#ifndef HAVE_fence_inline_lock
	spinlock_t lock;
#endif
	struct timeline *timeline;
};

#endif
