/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens when the GPU does not get on.
 *
 * A timer looks at it once a period while jobs are unfinished; the GPU's own interrupts and the
 * SMMU's faults come in between. Whoever sees something wrong makes a request, and one worker does
 * the rest, on a queue of its own:
 *
 *	park		no job is written to a ring any more
 *	halt		the CP stops where it is; what finished until then has finished
 *	capture		the observer takes down what there is to see (hang_observer.h)
 *	reset		the GPU's power is taken away and given back, up to three times
 *	replay		the unfinished jobs are written again, but for the guilty one
 *	fail		only now the guilty job's fence says EIO: until here the GPU might have used
 *			what that job holds
 *
 * While the system is about to sleep, sleeps, or wakes up, power domains stay as they are and there is
 * no reset: what hangs then keeps the system awake, and its turn comes afterwards.
 *
 * The guilty job is the oldest unfinished one, provided that it is still the one that was seen: jobs
 * run in order. If the GPU does not come back the device is lost: all jobs fail with EIO, and so
 * does whatever needs the GPU, until the device is bound again.
 *
 * All of it is in the way of fences, so it neither allocates nor takes a reservation, but for the
 * reset, which goes through runtime PM. See Documentation/locking.rst for why that is no deadlock.
 */
#pragma once

#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/driver.h"
#include "kernel/lock.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "kernel/work.h"
#include "sched/hang_observer.h"
#include "sched/hangcheck.h"
#include "sched/memptrs.h"
#include "sched/page_faults.h"

namespace msm {

struct JobBlock;
class Scheduler;

/** class Recovery - see above; a part of the Scheduler */
class Recovery {
public:
	explicit Recovery(Scheduler &scheduler);
	~Recovery() = default;
	Recovery(const Recovery &) = delete;
	Recovery &operator=(const Recovery &) = delete;

	/** init() - once; ENOMEM */
	kernel::Result<void> init(kernel::MayAlloc);

	/** watch() - a job was given to the GPU: look after it from now on */
	void watch(kernel::Irq);

	/**
	 * request() - have the GPU looked after
	 * @suspect: the job on @ring that does not get on: its oldest, when that was seen
	 *
	 * Nothing happens if that job has finished by then, or there was none.
	 */
	void request(kernel::Irq, HangCause cause, u32 ring, std::optional<kernel::Seqno> suspect);

	/** page_fault() - the SMMU refused an access of the GPU */
	void page_fault(kernel::Irq, const bridge_smmu_fault &fault);
	PageFaults &faults() { return faults_; }

	/**
	 * reset() - reset the GPU although nothing seems wrong, and wait for it
	 *
	 * Jobs that do not finish in a second count as hung. Nothing happens while the GPU is off.
	 *
	 * Return: EIO if the device is lost.
	 */
	kernel::Result<void> reset(kernel::MayAlloc);

	/**
	 * hold(), release() - reset nothing in between; what is requested meanwhile is looked into
	 * afterwards. For when the power can not be taken away.
	 */
	void hold(kernel::MayAlloc);
	void release(kernel::Irq);

	/** flush() - wait for what was requested before */
	void flush(kernel::MayAlloc token) { work_.flush(token); }

	/** stop() - wait for what is under way, and do nothing any more: the GPU goes away */
	void stop(kernel::MayAlloc);

	/** period() - of the hangcheck, ms (the module's parameter hangcheck_period_ms) */
	u32 period() const { return kernel::driver::hangcheck_period_ms(); }

	/** resets() - how often the GPU was reset, for statistics */
	u32 resets() const { return static_cast<u32>(resets_.get()); }

private:
	/* What the worker is to look into. */
	struct Request {
		bool made = false;
		HangCause cause = HangCause::no_progress;
		u32 ring = 0;
		std::optional<kernel::Seqno> suspect;
	};

	void tick(kernel::Irq);
	void start_timer(kernel::Irq);
	bool any_unfinished(kernel::Irq);
	void run(kernel::MayAlloc);
	bool look(kernel::MayAlloc, std::optional<Request> request);
	bool recover(kernel::MayAlloc, Request request);
	bool is_false_alarm(kernel::Signalling, Request &request);
	void drain(kernel::Signalling);
	JobBlock *convict(kernel::Signalling, const Request &request);
	void forget_request(kernel::Irq);
	void replay(kernel::Signalling);
	void fail_all(kernel::Signalling);

	Scheduler &scheduler_;
	kernel::Atomic resets_;

	/* Whether the timer runs, and why it must not: for a while, for good. */
	kernel::Atomic ticking_;
	kernel::Atomic paused_;
	kernel::Atomic stopped_;
	/* Whether the worker leaves requests as they are. */
	kernel::Atomic held_;
	PageFaults faults_;
	/* The timer's alone. */
	Hangcheck hangchecks_[max_rings];

	kernel::LockedBy<Request, kernel::IrqSpinLock<kernel::Rank::queue>> request_;
	kernel::Timer timer_;
	kernel::Work work_;
	/* Last, so that it goes, and waits for the work, first. */
	kernel::WorkQueue queue_;
};

} // namespace msm
