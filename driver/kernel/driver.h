/* SPDX-License-Identifier: GPL-2.0-only */
/* The platform driver, and what an administrator chose for all its devices. */
#pragma once

#include "bridge/driver.h"
#include "bridge/hangcheck.h"
#include "bridge/queue_depth.h"
#include "kernel/contexts.h"
#include "kernel/result.h"

namespace kernel::driver {

/** start() - probes every GPU there is, and from then on those that appear */
inline Result<void> start(MayAlloc)
{
	return from_errno(bridge_driver_register());
}

/** end() - removes all GPUs */
inline void end(MayAlloc)
{
	bridge_driver_unregister();
}

/** has_device() - whether the device tree has a GPU at all */
inline bool has_device(MayAlloc)
{
	return bridge_driver_has_device();
}

/** hangcheck_period_ms() - the module's parameter of that name, 10 … 60000 */
inline u32 hangcheck_period_ms()
{
	return bridge_hangcheck_period_ms();
}

/** job_timeout_ms() - what the module's parameter of that name says of a priority within a ring,
 * 10 … 600000 */
inline u64 job_timeout_ms(u32 level)
{
	return bridge_job_timeout_ms(level);
}

/** queue_depth() - the module's parameter of that name, 1 … 1048576 */
inline u32 queue_depth()
{
	return bridge_queue_depth();
}

} // namespace kernel::driver
