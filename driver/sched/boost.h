/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A higher frequency for a while, where the load would call for it too late: someone waits for a job
 * (dma_fence_set_deadline(), which BOOST of WAIT_FENCE and CPU_PREP comes to), or the GPU has work
 * again after a pause.
 *
 * Asking for it is possible anywhere, also on the way to a fence: it starts timers and queues work.
 * What is asked for is done by a worker, and lasts from then on for a while, or anew if it is asked
 * for again.
 *
 * Source: Linux, drivers/gpu/drm/msm/msm_fence.c and msm_gpu_devfreq.c.
 */
#pragma once

#include "kernel/contexts.h"
#include "kernel/lock.h"
#include "kernel/seqno.h"
#include "kernel/time.h"
#include "kernel/work.h"
#include "sched/hardware.h"
#include "sched/ring.h"

namespace msm {

/** class Boost - see above */
class Boost {
public:
	/** As long as devfreq takes to see a load by itself. */
	static constexpr kernel::Nanoseconds duration = kernel::milliseconds(50);
	/** What is left until a deadline when it is time to hurry. */
	static constexpr kernel::Nanoseconds margin = kernel::milliseconds(3);

	/** @queue: where its work is done; made before the first call, and gone before this is */
	Boost(Hardware &hardware, kernel::WorkQueue &queue);
	Boost(const Boost &) = delete;
	Boost &operator=(const Boost &) = delete;

	/** now() - a higher frequency as soon as possible */
	void now(kernel::Irq);

	/**
	 * by() - the job @seqno of @ring is to be done at @deadline, ns of CLOCK_MONOTONIC: a higher
	 * frequency shortly before, if it is not
	 *
	 * One deadline at a time, the earliest, is minded; it is for all jobs that were named
	 * meanwhile.
	 */
	void by(kernel::Irq, const Ring &ring, kernel::Seqno seqno, u64 deadline);

	/** stop() - no more; what is under way is waited for */
	void stop(kernel::MayAlloc);

private:
	struct State {
		bool stopped = false;
		/* What the worker finds to be done: to begin, which goes first, or to end. */
		bool wanted = false;
		bool over = false;
		/* The deadline minded, and the last job that it is for; nullptr: none. */
		const Ring *ring = nullptr;
		kernel::Seqno seqno{0};
		u64 deadline = 0;
	};

	void start(kernel::Irq, State &state);
	void end_time(kernel::Irq);
	void deadline_time(kernel::Irq);
	void work(kernel::MayAlloc);

	Hardware &hardware_;
	kernel::WorkQueue &queue_;
	kernel::LockedBy<State, kernel::IrqSpinLock<kernel::Rank::queue>> state_{};
	kernel::Work work_;
	kernel::Timer end_timer_;
	kernel::Timer deadline_timer_;
};

} // namespace msm
