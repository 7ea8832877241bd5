/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory of a job: one allocation that begins with the hardware fence and so belongs to whoever
 * holds a fence.
 *
 *	struct hw_fence		the kernel's part; from run_job on a dma_fence
 *	JobBlock		what the ring's pending list needs: plain data, never destroyed
 *	Job			constructed in the ioctl, destroyed at retirement (sched/job.h)
 *	its arrays		small ones; large ones are the Job's own, so that a held fence does
 *				not pin them
 *
 * A sync_file or syncobj keeps the scheduler's fence, that one its parent, the hardware fence, and
 * that one all of this.
 */
#pragma once

#include "kernel/drm_sched.h"
#include "kernel/list.h"
#include "kernel/seqno.h"
#include "kernel/types.h"
#include "sched/hardware.h"

namespace msm {

class Job;

/**
 * struct JobTimes - how long a job was on the GPU, as the CP says
 * @start, @end: ticks of the always-on counter
 * @cycles: of the CP's clock
 *
 * Never absurd, though it comes from memory that command streams can write to; all zero if the job
 * did not finish.
 */
struct JobTimes {
	u64 start = 0;
	u64 end = 0;
	u64 cycles = 0;

	/** nanoseconds() - of @ticks of the always-on counter, which runs at 19.2 MHz */
	static constexpr u64 nanoseconds(u64 ticks) { return ticks * 625 / 12; }
	constexpr u64 elapsed() const { return nanoseconds(end - start); }
};

/**
 * struct JobBlock - a job on a ring, as interrupt handlers see it
 * @fence: the start of the allocation
 * @pending: in the ring's list from before the CP knows of the job until it has finished
 * @seqno: what the CP writes when it has
 * @marks: by what else the ring knows how far the job is; none until it was written
 * @error: what to signal the fence with: 0, or a negative errno set before the job is pending
 * @over: the CP has been through it, with or without its commands
 * @times: set when it has finished
 * @limit: ticks of the always-on counter that it may take (Hangcheck)
 * @job: valid until the fence has signalled; retired afterwards
 */
struct JobBlock {
	struct hw_fence *fence = nullptr;
	kernel::ListNode pending;
	kernel::Seqno seqno;
	JobMarks marks;
	int error = 0;
	bool over = false;
	JobTimes times;
	u64 limit = ~0ull;
	Job *job = nullptr;
};

} // namespace msm
