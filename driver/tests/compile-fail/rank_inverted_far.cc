// SPDX-License-Identifier: GPL-2.0-only
/* The order holds for ranks that are not neighbours, and across kinds of locks. */
// expect-clang: must be acquired (before|after)

#include "kernel/lock.h"

using namespace kernel;

void both(Mutex<Rank::submitqueue> &outer, IrqSpinLock<Rank::ring> &inner, MayAlloc token);
void both(Mutex<Rank::submitqueue> &outer, IrqSpinLock<Rank::ring> &inner, MayAlloc token)
{
#ifdef POSITIVE
	MutexGuard first(outer, token);
	IrqSpinGuard second(inner, token);
#else
	IrqSpinGuard first(inner, token);
	MutexGuard second(outer, token);
#endif
}
