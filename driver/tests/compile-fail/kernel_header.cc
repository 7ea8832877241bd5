// SPDX-License-Identifier: GPL-2.0-only
/* C++ sees no kernel header: what it needs of the kernel goes through bridge/. */
// expect-g++: linux/list.h: No such file
// expect-clang: 'linux/list.h' file not found

#ifdef POSITIVE
#include "kernel/list.h"
#else
#include <linux/list.h>
#endif
