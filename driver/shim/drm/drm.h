/* SPDX-License-Identifier: GPL-2.0-only */
/* All that the driver's own uAPI header needs of the system's <drm/drm.h>, which C++ cannot see here. */
#pragma once

#include "kernel/types.h"

typedef u32 __u32;
typedef s32 __s32;
typedef u64 __u64;
typedef s64 __s64;
