/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel knows of this SoC's memory layout. */
#pragma once

#include "bridge/ubwc.h"
#include "kernel/contexts.h"
#include "kernel/result.h"

namespace kernel {

/** UbwcConfig - see bridge/ubwc.h */
using UbwcConfig = struct ::bridge_ubwc;

/**
 * ubwc_config() - EOPNOTSUPP where the kernel has no table; another error if it has one, but not
 * for this SoC
 */
inline Result<UbwcConfig> ubwc_config(MayAlloc)
{
	UbwcConfig config{};

	TRY(from_errno(bridge_ubwc_config(&config)));
	return config;
}

} // namespace kernel
