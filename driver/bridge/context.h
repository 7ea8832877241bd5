/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What debug kernels check about the context a function runs in, and the fence-signalling
 * annotation.
 */
#ifndef MSMXX_BRIDGE_CONTEXT_H
#define MSMXX_BRIDGE_CONTEXT_H

#include "bridge/types.h"

BRIDGE_BEGIN

void bridge_might_sleep(void);
void bridge_might_fault(void);
void bridge_might_alloc(void);

bool bridge_fence_begin_signalling(void);
void bridge_fence_end_signalling(bool cookie);

/* Until restored, this thread's allocations do not wait for reclaim, and may use the reserves. */
unsigned int bridge_noreclaim_save(void);
void bridge_noreclaim_restore(unsigned int flags);

BRIDGE_END

#endif
