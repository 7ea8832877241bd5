/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens when the GPU touches an address at which nothing is mapped: it is reported, and the
 * job goes on with whatever the access gave.
 *
 * The SMMU can hold the transaction back meanwhile, so that a dump shows the GPU at that very
 * place. That costs time, and a job may fault a million times: after each fault transactions are no
 * longer held back until none has come for half a second, where the SMMU driver can change that
 * while it is in use; where it cannot, each one is let go at once. Only a fault that the observer
 * wants waits for the recovery's worker.
 *
 * Source: Linux, drivers/gpu/drm/msm/adreno/adreno_gpu.c (adreno_fault_handler).
 */
#pragma once

#include <optional>

#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/lock.h"
#include "kernel/seqno.h"
#include "kernel/smmu.h"
#include "kernel/wait.h"
#include "kernel/work.h"
#include "sched/hang_observer.h"

namespace msm {

class Scheduler;

/** class PageFaults - see above; a part of the Recovery */
class PageFaults {
public:
	explicit PageFaults(Scheduler &scheduler);
	PageFaults(const PageFaults &) = delete;
	PageFaults &operator=(const PageFaults &) = delete;

	/**
	 * report() - the SMMU refused an access
	 *
	 * Return: whether the worker is needed to capture() it.
	 */
	bool report(kernel::Irq, const bridge_smmu_fault &fault);

	/**
	 * capture() - show the fault that waits for it, if there is one, to the observer, and let the
	 * SMMU go on
	 */
	void capture(kernel::Signalling);

	/** drop() - let the SMMU go on without that */
	void drop(kernel::Irq);

	/**
	 * give_up() - drop(), and so with each that comes from now on: the GPU is to be reset, and who
	 * looks at it later would look at another
	 */
	void give_up(kernel::Signalling);

	/** listen() - the GPU was reset: a fault may wait for capture() again */
	void listen(kernel::Signalling);

	/** wait() - until nothing waits for capture(), but not long */
	void wait(kernel::MayAlloc);

	/** of_job() - the last fault, if it was that job's */
	std::optional<GpuFault> of_job(kernel::Irq, kernel::Seqno seqno);

	/** stop() - no fault comes any more */
	void stop(kernel::Signalling token)
	{
		cooldown_.stop(token);
		resume_.flush(token);
	}

	/** count() - reports so far, for statistics: one may be of several faults */
	u32 count() const { return static_cast<u32>(count_.get()); }

private:
	struct Last {
		GpuFault fault{};
		std::optional<kernel::Seqno> job;
		bool waiting = false;
		/* Between give_up() and listen(). */
		bool deaf = false;
	};

	void log(kernel::Irq, const GpuFault &fault);
	void cooled_down(kernel::Irq);
	void resume(kernel::Irq);
	bool finish(kernel::Irq);

	Scheduler &scheduler_;
	kernel::Atomic count_;
	/* Transactions are held back. */
	kernel::Atomic stalling_{1};
	kernel::Timer cooldown_;
	/*
	 * Ends a stall behind the SMMU's handler, which empties the record only at its end: what
	 * faults before that would not be recorded.
	 */
	kernel::IrqWork resume_;
	kernel::WaitQueue finished_;
	kernel::LockedBy<Last, kernel::IrqSpinLock<kernel::Rank::queue>> last_;
};

} // namespace msm
