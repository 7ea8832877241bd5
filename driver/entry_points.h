/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every function that C calls in C++. C includes this to call or to fill its ops tables, C++ to define, so that both
 * compilers check the same signature.
 */
#ifndef MSMXX_ENTRY_POINTS_H
#define MSMXX_ENTRY_POINTS_H

#include "bridge/types.h"

BRIDGE_BEGIN

/* bridge/module.c: 0 or a negative errno; after a failure msmxx_module_exit() is not called. */
int msmxx_module_init(void);
void msmxx_module_exit(void);

BRIDGE_END

#endif
