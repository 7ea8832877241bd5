/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The uAPI's structs and numbers for C++. Of <drm/drm.h> they need nothing but the integer types, and kernel headers do
 * not compile here: its include guard is all that is given of it. To be included last.
 */
#pragma once

#include "kernel/types.h"

#define _DRM_H_
typedef u32 __u32;
typedef s32 __s32;
typedef u64 __u64;
typedef s64 __s64;

#include "drm/msm_drm.h"
