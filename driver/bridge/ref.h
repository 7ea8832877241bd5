/* SPDX-License-Identifier: GPL-2.0-only */
/* refcount_t, saturating and checked; atomic_t and atomic64_t. */
#ifndef MSMXX_BRIDGE_REF_H
#define MSMXX_BRIDGE_REF_H

#include "bridge/types.h"

struct refcount_struct;

BRIDGE_BEGIN

void bridge_refcount_set(struct refcount_struct *count, int value);
void bridge_refcount_inc(struct refcount_struct *count);
bool bridge_refcount_inc_not_zero(struct refcount_struct *count);
bool bridge_refcount_dec_and_test(struct refcount_struct *count);
unsigned int bridge_refcount_read(const struct refcount_struct *count);

/* The kernel's atomics with full ordering; set and read have none. */
s32 bridge_atomic_read(const s32 *atomic);
void bridge_atomic_set(s32 *atomic, s32 value);
s32 bridge_atomic_add_return(s32 *atomic, s32 delta);
s32 bridge_atomic_xchg(s32 *atomic, s32 value);
s64 bridge_atomic64_read(const s64 *atomic);
void bridge_atomic64_set(s64 *atomic, s64 value);
s64 bridge_atomic64_add_return(s64 *atomic, s64 delta);
s64 bridge_atomic64_xchg(s64 *atomic, s64 value);

BRIDGE_END

#endif
