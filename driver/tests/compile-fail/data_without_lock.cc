// SPDX-License-Identifier: GPL-2.0-only
/* Data in a LockedBy cannot be reached without its lock. */
// expect-g++: is private within this context
// expect-clang: is a private member

#include "kernel/lock.h"

using namespace kernel;

struct Counter {
	int value = 0;
};

int count(LockedBy<Counter, IrqSpinLock<Rank::queue>> &counter, Irq token);
int count(LockedBy<Counter, IrqSpinLock<Rank::queue>> &counter, Irq token)
{
#ifdef POSITIVE
	return counter.lock(token)->value;
#else
	return counter.data_.value;
#endif
}
