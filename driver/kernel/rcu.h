/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting for everything that RCU will free. */
#pragma once

#include "bridge/xarray.h"
#include "kernel/contexts.h"

namespace kernel {

/** rcu_barrier() - Waits for every callback queued before, on all CPUs. */
inline void rcu_barrier(MayAlloc)
{
	bridge_rcu_barrier();
}

} // namespace kernel
