/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A stretch of code that some fence's signal depends on. Between construction and destruction
 * lockdep treats a blocking allocation, a reservation or any lock ever held over one of them as a
 * deadlock.
 */
#pragma once

#include "bridge/context.h"
#include "kernel/contexts.h"

namespace kernel {

/**
 * class SignallingSection - dma_fence_begin_signalling() to dma_fence_end_signalling()
 *
 * Publication of a job runs inside one, from the first visible fence up to the push; run_job and
 * its like run inside one altogether (entry::signalling()). Sections nest.
 */
class [[nodiscard]] SignallingSection {
public:
	explicit SignallingSection(Reclaim) : cookie_(bridge_fence_begin_signalling()) {}
	~SignallingSection() { bridge_fence_end_signalling(cookie_); }
	SignallingSection(const SignallingSection &) = delete;
	SignallingSection &operator=(const SignallingSection &) = delete;

	/**
	 * token() - The weaker token to go on with; do not use the stronger one while the section
	 * lasts.
	 */
	Signalling token() const { return Signalling(); }

private:
	bool cookie_;
};

/**
 * class NoReclaimSection - what is allocated meanwhile comes from the reserves rather than from
 * reclaim
 *
 * For the kernel's code that fences wait for and that allocates all the same: little, and not ours
 * to change.
 */
class [[nodiscard]] NoReclaimSection {
public:
	explicit NoReclaimSection(MayAlloc) : flags_(bridge_noreclaim_save()) {}
	~NoReclaimSection() { bridge_noreclaim_restore(flags_); }
	NoReclaimSection(const NoReclaimSection &) = delete;
	NoReclaimSection &operator=(const NoReclaimSection &) = delete;

private:
	unsigned int flags_;
};

} // namespace kernel
