/* SPDX-License-Identifier: GPL-2.0-only */
/* Read-side sections of RCU, and waiting for everything that RCU will free. */
#pragma once

#include "bridge/xarray.h"
#include "kernel/contexts.h"

namespace kernel {

/**
 * class RcuReadGuard - what was reachable when it began stays allocated until it ends; no sleeping
 * meanwhile
 */
class [[nodiscard]] RcuReadGuard {
public:
	RcuReadGuard() { bridge_rcu_read_lock(); }
	~RcuReadGuard() { bridge_rcu_read_unlock(); }
	RcuReadGuard(const RcuReadGuard &) = delete;
	RcuReadGuard &operator=(const RcuReadGuard &) = delete;
};

/** rcu_barrier() - Waits for every callback queued before, on all CPUs. */
inline void rcu_barrier(MayAlloc)
{
	bridge_rcu_barrier();
}

} // namespace kernel
