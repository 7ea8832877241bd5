/* SPDX-License-Identifier: GPL-2.0-only */
/* The platform driver. */
#pragma once

#include "bridge/driver.h"
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

} // namespace kernel::driver
