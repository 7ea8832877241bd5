/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EINVAL and its like: the kernel's in the module, the C library's where a part is tested on the
 * host.
 */
#pragma once

#if __STDC_HOSTED__
#include <cerrno>
#else
#include "kernel/constants.h"
#endif
