/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one way for a job to end. Whoever is done with a job, the scheduler after its fence has
 * signalled or an ioctl that failed, puts it here from any context; one worker then drops what the
 * job held, in a context that may sleep.
 */
#pragma once

#include "kernel/contexts.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/work.h"
#include "sched/job.h"

namespace msm {

/** class RetireQueue - jobs whose work is done, on their way out */
class RetireQueue {
public:
	RetireQueue() { work_.init<&RetireQueue::run>(this); }
	/** ~RetireQueue() - nothing may be added any more; what was is waited for */
	~RetireQueue() = default;
	RetireQueue(const RetireQueue &) = delete;
	RetireQueue &operator=(const RetireQueue &) = delete;

	/** init() - once, before the first add() */
	kernel::Result<void> init(kernel::MayAlloc);

	/** add() - take over a job that no fence, interrupt or scheduler will touch again */
	void add(kernel::Irq, Job &job);

	/** flush() - wait until all jobs that were added before are gone */
	void flush(kernel::MayAlloc token) { work_.flush(token); }

private:
	using Jobs = kernel::List<Job, &Job::retiring>;

	void run(kernel::MayAlloc);

	kernel::LockedBy<Jobs, kernel::IrqSpinLock<kernel::Rank::queue>> jobs_;
	kernel::Work work_;
	/* Last, so that it goes, and waits for the work, first. */
	kernel::WorkQueue queue_;
};

} // namespace msm
