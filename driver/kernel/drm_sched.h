/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drm_sched as the driver uses it: one timeline per ring, entities that belong to contexts, jobs
 * inside job blocks, and the hardware fence each block begins with. See bridge/drm_sched.h for who
 * keeps what alive.
 */
#pragma once

#include <utility>

#include "bridge/drm_sched.h"
#include "kernel/contexts.h"
#include "kernel/fence.h"
#include "kernel/opaque.h"
#include "kernel/result.h"
#include "kernel/seqno.h"
#include "kernel/types.h"

namespace kernel {

/**
 * class Timeline - the scheduler of one ring
 *
 * Outlives every entity and job; what its fences need of it stays for as long as they do.
 */
class Timeline {
public:
	Timeline(Timeline &&other) noexcept : timeline_(std::exchange(other.timeline_, nullptr)) {}
	Timeline &operator=(Timeline &&) = delete;
	~Timeline()
	{
		if (timeline_)
			bridge_timeline_destroy(timeline_);
	}

	/**
	 * create() - Set up a ring's scheduler.
	 * @dev: for its messages
	 * @owner: told of deadlines (msmxx_sched_deadline), outlives it; nullptr: nobody is
	 * @credits: ring words that jobs may take at a time
	 */
	static Result<Timeline> create(MayAlloc, struct device *dev, void *owner, u32 ring,
				       u32 credits)
	{
		int error = 0;
		struct timeline *timeline =
			bridge_timeline_create(dev, owner, ring, credits, &error);

		TRY(from_errno(error));
		return Timeline(timeline);
	}

	/** stop() - run and free no jobs until as many start() as stop(); on return none is at it */
	void stop(Signalling) { bridge_timeline_stop(timeline_); }
	/** start() - @last: nobody else wants it stopped */
	void start(Irq, bool last) { bridge_timeline_start(timeline_, last); }

	/** blocks() - job blocks that exist: of jobs, and of fences that someone holds */
	u32 blocks() const { return bridge_timeline_blocks(timeline_); }

	struct timeline *raw() const { return timeline_; }

private:
	explicit Timeline(struct timeline *timeline) : timeline_(timeline) {}

	struct timeline *timeline_;
};

/** Priorities within a ring; 0 is the most urgent */
inline constexpr u32 sched_levels = 3;

/**
 * class SchedEntity - an ordered queue of jobs in front of a timeline
 *
 * Destroyed only with no job queued: each job keeps the context that owns its entity.
 */
class SchedEntity {
public:
	SchedEntity() = default;
	~SchedEntity()
	{
		if (initialised_)
			bridge_entity_fini(entity_.get());
	}

	/** init() - once. @level: below sched_levels */
	Result<void> init(MayAlloc, Timeline &timeline, u32 level)
	{
		TRY(from_errno(bridge_entity_init(entity_.get(), timeline.raw(), level)));
		initialised_ = true;
		return {};
	}

	struct drm_sched_entity *raw() { return entity_.get(); }

private:
	Opaque<struct drm_sched_entity> entity_;
	bool initialised_ = false;
};

/**
 * class SchedJob - a drm_sched_job
 *
 * The states are enforced by who holds it (sched/job.h), not here.
 */
class SchedJob {
public:
	SchedJob() = default;
	~SchedJob()
	{
		if (initialised_)
			bridge_job_cleanup(job_.get());
	}

	Result<void> init(MayAlloc, SchedEntity &entity, u32 credits, u64 client_id)
	{
		TRY(from_errno(bridge_job_init(job_.get(), entity.raw(), credits, client_id)));
		initialised_ = true;
		return {};
	}

	/** add_dependency() - Do not run before @fence has signalled. */
	Result<void> add_dependency(MayAlloc, Fence fence)
	{
		return from_errno(bridge_job_add_dependency(job_.get(), fence.release()));
	}

	/** add_implicit() - Do not run before what others do with @object allows it; its
	 * reservation is held. */
	Result<void> add_implicit(MayAlloc, struct drm_gem_object *object, bool write)
	{
		return from_errno(bridge_job_add_implicit(job_.get(), object, write));
	}

	/** arm() - The finished fence exists from here on, in the entity's order. */
	void arm() { bridge_job_arm(job_.get()); }

	/** finished() - Signals when the job is done; once armed. */
	Fence finished() { return Fence::get(bridge_job_finished(job_.get())); }

	/** push() - The job belongs to the scheduler, and may be gone when this returns. */
	void push() { bridge_job_push(job_.get()); }

private:
	Opaque<struct drm_sched_job> job_;
	bool initialised_ = false;
};

/**
 * class HwFence - the fence at the start of a job block, for its owner
 *
 * Not an object of its own: a view of the block's first bytes, which outlive everything else in it.
 * The block's memory belongs to the last reference of the fence once init() was called, and to
 * discard() before.
 */
class HwFence {
public:
	static constexpr size_t size = Layout<struct hw_fence>::size;

	/** allocate() - zeroed memory of @bytes that begins with a fence; nullptr without memory */
	static struct hw_fence *allocate(MayAlloc, size_t bytes, Timeline &timeline)
	{
		return bridge_hw_fence_alloc(bytes, timeline.raw());
	}

	/** discard() - free memory whose fence was never initialised */
	static void discard(struct hw_fence *fence) { bridge_hw_fence_discard(fence); }

	/** init() - the fence exists, with the one reference that is returned */
	static Fence init(Signalling, struct hw_fence *fence, Seqno seqno)
	{
		return Fence::adopt(bridge_hw_fence_init(fence, seqno.value()));
	}

	static Fence share(struct hw_fence *fence)
	{
		return Fence::get(bridge_hw_fence_base(fence));
	}

	/** adopt() - take over a reference that was given away */
	static Fence adopt(struct hw_fence *fence)
	{
		return Fence::adopt(bridge_hw_fence_base(fence));
	}

	/** signal() - @error: 0 or a negative errno */
	static void signal(Irq, struct hw_fence *fence, int error)
	{
		bridge_hw_fence_signal(fence, error);
	}
};

} // namespace kernel
