// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/refcount.h>

#include "bridge/ref.h"

static_assert(sizeof(atomic_t) == sizeof(s32) && sizeof(atomic64_t) == sizeof(s64));

void bridge_refcount_set(struct refcount_struct *count, int value)
{
	refcount_set(count, value);
}

void bridge_refcount_inc(struct refcount_struct *count)
{
	refcount_inc(count);
}

bool bridge_refcount_inc_not_zero(struct refcount_struct *count)
{
	return refcount_inc_not_zero(count);
}

bool bridge_refcount_dec_and_test(struct refcount_struct *count)
{
	return refcount_dec_and_test(count);
}

unsigned int bridge_refcount_read(const struct refcount_struct *count)
{
	return refcount_read(count);
}

s32 bridge_atomic_read(const s32 *atomic)
{
	return atomic_read((const atomic_t *)atomic);
}

void bridge_atomic_set(s32 *atomic, s32 value)
{
	atomic_set((atomic_t *)atomic, value);
}

s32 bridge_atomic_add_return(s32 *atomic, s32 delta)
{
	return atomic_add_return(delta, (atomic_t *)atomic);
}

s32 bridge_atomic_xchg(s32 *atomic, s32 value)
{
	return atomic_xchg((atomic_t *)atomic, value);
}

s64 bridge_atomic64_read(const s64 *atomic)
{
	return atomic64_read((const atomic64_t *)atomic);
}

void bridge_atomic64_set(s64 *atomic, s64 value)
{
	atomic64_set((atomic64_t *)atomic, value);
}

s64 bridge_atomic64_add_return(s64 *atomic, s64 delta)
{
	return atomic64_add_return(delta, (atomic64_t *)atomic);
}

s64 bridge_atomic64_xchg(s64 *atomic, s64 value)
{
	return atomic64_xchg((atomic64_t *)atomic, value);
}
