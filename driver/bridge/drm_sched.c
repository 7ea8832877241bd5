// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-fence.h>
#include <linux/dma-resv.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/gpu_scheduler.h>

#include "bridge/drm_sched.h"
#include "bridge/drm_sched_types.h"
#include "bridge/features.h"
#include "entry_points.h"

struct timeline {
	struct drm_gpu_scheduler sched;
	struct kref refs;
	struct rcu_head rcu;
	u64 fence_context;
	char name[16];
	u32 ring;
	/* Guards the owner, who may be gone while someone still holds a fence. */
	spinlock_t owner_lock;
	void *owner;
};

static void timeline_release(struct kref *refs)
{
	struct timeline *timeline = container_of(refs, struct timeline, refs);

	/* A reader of the name of a fence that has just signalled may still be at it. */
	kfree_rcu(timeline, rcu);
}

static const struct drm_sched_backend_ops sched_ops = {
	.run_job = msmxx_sched_run_job,
	.free_job = msmxx_sched_free_job,
};

struct timeline *bridge_timeline_create(struct device *dev, void *owner, u32 ring, u32 credits,
					int *error)
{
	struct timeline *timeline = kzalloc(sizeof(*timeline), GFP_KERNEL);

	if (!timeline) {
		*error = -ENOMEM;
		return NULL;
	}
	kref_init(&timeline->refs);
	spin_lock_init(&timeline->owner_lock);
	timeline->owner = owner;
	timeline->ring = ring;
	timeline->fence_context = dma_fence_context_alloc(1);
	snprintf(timeline->name, sizeof(timeline->name), "gpu-ring-%u", ring);

	/* No timeout: hangs are detected by progress, not by how long a job takes. */
#ifdef HAVE_sched_init_args
	*error = drm_sched_init(&timeline->sched, &(struct drm_sched_init_args){
							  .ops = &sched_ops,
							  .num_rqs = DRM_SCHED_PRIORITY_COUNT,
							  .credit_limit = credits,
							  .timeout = MAX_SCHEDULE_TIMEOUT,
							  .name = timeline->name,
							  .dev = dev,
						  });
#else
	*error = drm_sched_init(&timeline->sched, &sched_ops, NULL, DRM_SCHED_PRIORITY_COUNT,
				credits, 0, MAX_SCHEDULE_TIMEOUT, NULL, NULL, timeline->name, dev);
#endif
	if (*error) {
		kfree(timeline);
		return NULL;
	}
	return timeline;
}

void bridge_timeline_destroy(struct timeline *timeline)
{
	drm_sched_fini(&timeline->sched);
	spin_lock_irq(&timeline->owner_lock);
	timeline->owner = NULL;
	spin_unlock_irq(&timeline->owner_lock);
	kref_put(&timeline->refs, timeline_release);
}

/*
 * Newer schedulers look whether they are stopped only before they queue a work: one that has just
 * looked queues it once both were cancelled, and it runs. Disabled works are not queued at all.
 */
void bridge_timeline_stop(struct timeline *timeline)
{
	struct drm_gpu_scheduler *sched = &timeline->sched;

	drm_sched_wqueue_stop(sched);
	disable_work_sync(&sched->work_run_job);
	disable_work_sync(&sched->work_free_job);
}

void bridge_timeline_start(struct timeline *timeline, bool last)
{
	struct drm_gpu_scheduler *sched = &timeline->sched;

	enable_work(&sched->work_run_job);
	enable_work(&sched->work_free_job);
	/* Queues both: what was to queue them meanwhile is forgotten. */
	if (last)
		drm_sched_wqueue_start(sched);
}

u32 bridge_timeline_blocks(const struct timeline *timeline)
{
	/* Each has a reference, and the timeline one of its own. */
	return kref_read(&timeline->refs) - 1;
}

int bridge_entity_init(struct drm_sched_entity *entity, struct timeline *timeline, u32 priority)
{
	static const enum drm_sched_priority levels[] = {
		DRM_SCHED_PRIORITY_HIGH,
		DRM_SCHED_PRIORITY_NORMAL,
		DRM_SCHED_PRIORITY_LOW,
	};
	struct drm_gpu_scheduler *sched = &timeline->sched;

	return drm_sched_entity_init(entity, levels[priority], &sched, 1, NULL);
}

void bridge_entity_fini(struct drm_sched_entity *entity)
{
	drm_sched_entity_fini(entity);
}

int bridge_job_init(struct drm_sched_job *job, struct drm_sched_entity *entity, u32 credits,
		    u64 client_id)
{
#ifdef HAVE_sched_client_id
	return drm_sched_job_init(job, entity, credits, NULL, client_id);
#else
	return drm_sched_job_init(job, entity, credits, NULL);
#endif
}

int bridge_job_add_dependency(struct drm_sched_job *job, struct dma_fence *fence)
{
	return drm_sched_job_add_dependency(job, fence);
}

int bridge_job_add_implicit(struct drm_sched_job *job, struct drm_gem_object *object, bool write)
{
	return drm_sched_job_add_implicit_dependencies(job, object, write);
}

void bridge_job_arm(struct drm_sched_job *job)
{
	drm_sched_job_arm(job);
}

void bridge_job_push(struct drm_sched_job *job)
{
	drm_sched_entity_push_job(job);
}

void bridge_job_cleanup(struct drm_sched_job *job)
{
	drm_sched_job_cleanup(job);
}

struct dma_fence *bridge_job_finished(struct drm_sched_job *job)
{
	return &job->s_fence->finished;
}

/* --- hardware fences */

static const char *hw_fence_driver_name(struct dma_fence *fence)
{
	return "msm";
}

static const char *hw_fence_timeline_name(struct dma_fence *fence)
{
	return container_of(fence, struct hw_fence, base)->timeline->name;
}

/*
 * The ops are read as late as in dma_fence_release(), and the name at any time: what they live in
 * is held until nothing can be inside them any more. Newer kernels detach a signalled fence from
 * ops without .release, so that it would need no module. But whoever holds this fence does so
 * through the scheduler's, whose module stays only for as long as ours does.
 */
static void hw_fence_hold(struct hw_fence *fence)
{
	__module_get(THIS_MODULE);
	kref_get(&fence->timeline->refs);
}

static void hw_fence_unhold(struct hw_fence *fence)
{
	kref_put(&fence->timeline->refs, timeline_release);
	module_put(THIS_MODULE);
}

static void hw_fence_free(struct rcu_head *rcu)
{
	struct hw_fence *fence = container_of(rcu, struct hw_fence, base.rcu);

	/* The module's exit waits for this callback to have returned (rcu_barrier). */
	hw_fence_unhold(fence);
	kfree(fence);
}

static void hw_fence_release(struct dma_fence *fence)
{
	call_rcu(&fence->rcu, hw_fence_free);
}

/* Any context: a wait, a display's timer, or run_job, with a deadline that was set before. */
static void hw_fence_set_deadline(struct dma_fence *fence, ktime_t deadline)
{
	struct timeline *timeline = container_of(fence, struct hw_fence, base)->timeline;
	unsigned long flags;

	spin_lock_irqsave(&timeline->owner_lock, flags);
	if (timeline->owner)
		msmxx_sched_deadline(timeline->owner, timeline->ring, fence->seqno,
				     max(ktime_to_ns(deadline), 0));
	spin_unlock_irqrestore(&timeline->owner_lock, flags);
}

static const struct dma_fence_ops hw_fence_ops = {
	.get_driver_name = hw_fence_driver_name,
	.get_timeline_name = hw_fence_timeline_name,
	.set_deadline = hw_fence_set_deadline,
	.release = hw_fence_release,
};

struct hw_fence *bridge_hw_fence_alloc(size_t bytes, struct timeline *timeline)
{
	struct hw_fence *fence = kzalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);

	if (!fence)
		return NULL;
	fence->timeline = timeline;
	hw_fence_hold(fence);
	return fence;
}

void bridge_hw_fence_discard(struct hw_fence *fence)
{
	hw_fence_unhold(fence);
	kfree(fence);
}

struct dma_fence *bridge_hw_fence_init(struct hw_fence *fence, u32 seqno)
{
	u64 context = fence->timeline->fence_context;

#ifdef HAVE_fence_inline_lock
	dma_fence_init(&fence->base, &hw_fence_ops, NULL, context, seqno);
#else
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &hw_fence_ops, &fence->lock, context, seqno);
#endif
	return &fence->base;
}

struct dma_fence *bridge_hw_fence_base(struct hw_fence *fence)
{
	return &fence->base;
}

void bridge_hw_fence_signal(struct hw_fence *fence, int error)
{
	if (error)
		dma_fence_set_error(&fence->base, error);
	dma_fence_signal(&fence->base);
}
