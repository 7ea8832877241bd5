/* SPDX-License-Identifier: GPL-2.0-only */
/* What lockdep is told of at load (kernel/lock.cc): each does, or seems to do, one thing once. */
#ifndef MSMXX_BRIDGE_LOCKDEP_H
#define MSMXX_BRIDGE_LOCKDEP_H

#include "bridge/types.h"

BRIDGE_BEGIN

/* Memory is asked for here. */
void bridge_prime_allocation(void);
/* A fence is waited for here. */
void bridge_prime_fence_wait(void);
/* What is in between is done by whoever reclaims memory. */
void bridge_prime_reclaim_begin(void);
void bridge_prime_reclaim_end(void);
/*
 * Calls inside(data) in an mmu notifier, or not at all where lockdep would learn nothing of it. With no
 * lock held.
 */
void bridge_prime_mmu_notifier(void (*inside)(void *data), void *data);
/* Calls inside(data) with some reservation held. */
void bridge_prime_under_reservation(void (*inside)(void *data), void *data);

BRIDGE_END

#endif
