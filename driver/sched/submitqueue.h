/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A submitqueue: userspace's handle on a lane, and the numbers by which it refers to the jobs it
 * submitted there.
 *
 * A number stands for a job's fence from the job's publication to its retirement, and owns a
 * reference of it. One that is not there any more has retired.
 */
#pragma once

#include <optional>

#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/fence.h"
#include "kernel/lock.h"
#include "kernel/ref.h"
#include "kernel/registry.h"
#include "kernel/result.h"
#include "kernel/seqno.h"
#include "kernel/xarray.h"
#include "sched/job_counts.h"

namespace msm {

class Context;
class Lane;

/** class Submitqueue - see above */
class Submitqueue final : public kernel::RefCounted<Submitqueue>, public kernel::Registered {
	using Fences = kernel::Xarray<struct dma_fence, 1>;

public:
	/** Submitqueue() - @id, @priority: userspace's */
	Submitqueue(kernel::Ref<Context> context, Lane &lane, u32 id, u32 priority);

	Context &context() const { return *context_; }
	Lane &lane() const { return lane_; }
	u32 id() const { return id_; }
	u32 priority() const { return priority_; }

	/** jobs() - how many of its jobs are where */
	JobCounts &jobs() { return jobs_; }

	/**
	 * class FenceId - a number reserved for a job
	 */
	class [[nodiscard]] FenceId {
	public:
		u32 value() const { return reservation_.id(); }

		/** publish() - WAIT_FENCE finds the job from now on; cannot fail */
		void publish(kernel::Signalling, const kernel::Fence &finished);

	private:
		friend class Submitqueue;
		FenceId(Submitqueue &queue, Fences::Reservation reservation)
			: queue_(queue), reservation_(std::move(reservation))
		{
		}

		Submitqueue &queue_;
		Fences::Reservation reservation_;
	};

	/**
	 * reserve_fence_id() - a number for the next job; the lane is locked
	 * @wanted: the caller's choice (FENCE_SN_IN), if any
	 *
	 * Return: EINVAL if @wanted is 0 or taken, ENOMEM.
	 */
	kernel::Result<FenceId> reserve_fence_id(kernel::MayAlloc, std::optional<u32> wanted);

	/** forget_fence() - the job has been retired */
	void forget_fence(kernel::MayAlloc, u32 id);

	/**
	 * find_fence() - what a number stands for
	 *
	 * Return: an empty fence if the job has retired, EINVAL if there was no such job yet.
	 */
	kernel::Result<kernel::Fence> find_fence(kernel::MayAlloc, u32 id);

	/** faults() - jobs of this queue that were lost */
	u32 faults() const { return static_cast<u32>(faults_.get()); }
	void note_fault() { faults_.add(1); }

	static void destroy(Submitqueue *queue);

private:
	~Submitqueue();
	friend class kernel::Unique<Submitqueue>;

	const kernel::Ref<Context> context_;
	Lane &lane_;
	const u32 id_;
	const u32 priority_;
	JobCounts jobs_;
	kernel::Atomic faults_;
	/* The last number published. Written with the lane locked. */
	kernel::Atomic last_fence_;
	/* A found fence stays while this is held: it is taken to forget one. */
	kernel::Mutex<kernel::Rank::file> lock_;
	Fences fences_;
};

} // namespace msm
