/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where BOs die. The last reference may be dropped anywhere, under locks and in interrupts; taking
 * a BO apart needs its reservation, page tables and the page allocator. So dropping only queues,
 * and one worker takes apart.
 */
#pragma once

#include "kernel/contexts.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/types.h"
#include "kernel/work.h"

namespace msm {

class Bo;

/** class Reapable - base of what the reaper takes apart: a place in its queue */
class Reapable {
protected:
	Reapable() = default;
	~Reapable() = default;

private:
	friend class Reaper;

	kernel::ListNode reaper_node_;
};

/** class Reaper - the worker and its queue */
class Reaper {
public:
	/** Reaper() - @queue: a reclaim work queue for it alone */
	explicit Reaper(kernel::WorkQueue queue);
	/** ~Reaper() - all BOs must have been put; waits for those still queued */
	~Reaper() = default;
	Reaper(const Reaper &) = delete;
	Reaper &operator=(const Reaper &) = delete;

	/** queue() - take @bo apart soon, which nobody refers to any more; any context */
	void queue(kernel::Irq, Bo &bo);

	/** flush() - return when everything queued before is gone; no reservation may be held */
	void flush(kernel::MayAlloc);

	/**
	 * throttle() - flush if much memory waits, so that who allocates in a loop does not outrun
	 * the reaper
	 */
	void throttle(kernel::MayFault);

private:
	struct Dead {
		kernel::List<Reapable, &Reapable::reaper_node_> bos;
		u64 bytes = 0;
	};

	void reap(kernel::MayAlloc);

	kernel::LockedBy<Dead, kernel::IrqSpinLock<kernel::Rank::queue>> dead_;
	kernel::Work work_;
	/* Last, so that it goes first: destroying it runs the work to its end. */
	kernel::WorkQueue workers_;
};

} // namespace msm
