/* SPDX-License-Identifier: GPL-2.0-only */
/* How many jobs are where, for debugfs: of a ring, and of a submitqueue. */
#pragma once

#include "kernel/atomic.h"
#include "kernel/types.h"

namespace msm {

/**
 * class JobCounts - see above
 *
 * A job is queued from its publication until the scheduler runs it, which is when everything it
 * waits for has signalled; then it is running until it is retired.
 */
class JobCounts {
public:
	void note_queued() { queued_.add(1); }
	void note_running()
	{
		queued_.add(-1);
		running_.add(1);
	}
	void note_retired()
	{
		running_.add(-1);
		retired_.add(1);
	}

	u32 queued() const { return static_cast<u32>(queued_.get()); }
	u32 running() const { return static_cast<u32>(running_.get()); }
	/** retired() - all that there have been */
	u32 retired() const { return static_cast<u32>(retired_.get()); }

private:
	kernel::Atomic queued_;
	kernel::Atomic running_;
	kernel::Atomic retired_;
};

} // namespace msm
