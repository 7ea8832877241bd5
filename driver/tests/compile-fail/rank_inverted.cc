// SPDX-License-Identifier: GPL-2.0-only
/* Locks are taken in the order of their ranks. */
// expect-clang: must be acquired (before|after)

#include "kernel/lock.h"

using namespace kernel;

void both(Mutex<Rank::va> &outer, Mutex<Rank::pt> &inner, Reclaim token);
void both(Mutex<Rank::va> &outer, Mutex<Rank::pt> &inner, Reclaim token)
{
#ifdef POSITIVE
	MutexGuard first(outer, token);
	MutexGuard second(inner, token);
#else
	MutexGuard first(inner, token);
	MutexGuard second(outer, token);
#endif
}
