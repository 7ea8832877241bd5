/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The integer types of the driver: u8…u64, s8…s64, size_t. Also right on the host, for the parts
 * that are tested there.
 */
#pragma once

#include "bridge/types.h"

static_assert(sizeof(u64) == 8 && sizeof(u32) == 4 && sizeof(size_t) == sizeof(void *));

namespace kernel {
}

namespace msm {
/* The driver stands right on top of kernel/, and uses its names as its own. */
using namespace kernel;
} // namespace msm
