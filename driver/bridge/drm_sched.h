/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drm_sched, and the hardware fences its jobs end with.
 *
 * A timeline is one ring's scheduler with its name, apart from everything else because of who reads
 * it: any holder of a scheduler fence may ask for the timeline's name. So every hw_fence keeps its
 * timeline and this module, and the memory goes with the last of them.
 */
#ifndef MSMXX_BRIDGE_DRM_SCHED_H
#define MSMXX_BRIDGE_DRM_SCHED_H

#include "bridge/types.h"

struct device;
struct dma_fence;
struct dma_resv;
struct drm_gem_object;
struct drm_sched_entity;
struct drm_sched_job;
struct hw_fence;
struct timeline;

BRIDGE_BEGIN

/*
 * NULL on failure, with the reason in *error. owner: of its jobs, told of their deadlines
 * (msmxx_sched_deadline) until the timeline is destroyed; NULL: nobody.
 */
struct timeline *bridge_timeline_create(struct device *dev, void *owner, u32 ring, u32 credits,
					int *error);
/* Every job has been freed and every entity is gone. The memory follows with the last fence. */
void bridge_timeline_destroy(struct timeline *timeline);
/*
 * Run and free no jobs until the start; once stopped none is being run. Each stop wants a start, of
 * which the last one says so.
 */
void bridge_timeline_stop(struct timeline *timeline);
void bridge_timeline_start(struct timeline *timeline, bool last);

/* Job blocks that exist: of jobs, and of fences that someone holds. */
u32 bridge_timeline_blocks(const struct timeline *timeline);

int bridge_entity_init(struct drm_sched_entity *entity, struct timeline *timeline, u32 priority);
/* No job may be queued. Sleeps for as long as one of its jobs is being run. */
void bridge_entity_fini(struct drm_sched_entity *entity);

int bridge_job_init(struct drm_sched_job *job, struct drm_sched_entity *entity, u32 credits,
		    u64 client_id);
/* Consumes the reference to fence, also on failure. */
int bridge_job_add_dependency(struct drm_sched_job *job, struct dma_fence *fence);
/* The fences a reader or writer of the object has to wait for; its reservation is held. */
int bridge_job_add_implicit(struct drm_sched_job *job, struct drm_gem_object *object, bool write);
void bridge_job_arm(struct drm_sched_job *job);
void bridge_job_push(struct drm_sched_job *job);
void bridge_job_cleanup(struct drm_sched_job *job);
/* What userspace waits for; valid once armed, no reference taken. */
struct dma_fence *bridge_job_finished(struct drm_sched_job *job);

/*
 * A zeroed block of that many bytes that begins with a hw_fence, not yet initialised. Holds what
 * the fence will need until hw_fence_discard(), or else until the fence's last reference goes. NULL
 * without memory.
 */
struct hw_fence *bridge_hw_fence_alloc(size_t bytes, struct timeline *timeline);
void bridge_hw_fence_discard(struct hw_fence *fence);
/* From here on a dma_fence with one reference; allocates nothing. */
struct dma_fence *bridge_hw_fence_init(struct hw_fence *fence, u32 seqno);
struct dma_fence *bridge_hw_fence_base(struct hw_fence *fence);
/* error: 0 or a negative errno. Any context. */
void bridge_hw_fence_signal(struct hw_fence *fence, int error);

BRIDGE_END

#endif
