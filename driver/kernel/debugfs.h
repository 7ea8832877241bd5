/* SPDX-License-Identifier: GPL-2.0-only */
/* debugfs: which files there are, and what they need of the kernel. */
#pragma once

#include "bridge/debugfs.h"
#include "kernel/contexts.h"

namespace kernel {

/**
 * class ReclaimSection - what is done on request as if the kernel were short of memory, so that
 * lockdep sees it that way
 */
class [[nodiscard]] ReclaimSection {
public:
	explicit ReclaimSection(MayAlloc) { bridge_reclaim_begin(); }
	~ReclaimSection() { bridge_reclaim_end(); }
	ReclaimSection(const ReclaimSection &) = delete;
	ReclaimSection &operator=(const ReclaimSection &) = delete;
};

} // namespace kernel
