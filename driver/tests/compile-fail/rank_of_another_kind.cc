// SPDX-License-Identifier: GPL-2.0-only
/* A rank says what kind of lock it is. */
// expect-g++: constraint|not satisfied
// expect-clang: constraints not satisfied

#include "kernel/lock.h"

using namespace kernel;

struct Object {
#ifdef POSITIVE
	SpinLock<Rank::vma> lock;
#else
	SpinLock<Rank::va> lock;
#endif
};

unsigned long size();
unsigned long size()
{
	return sizeof(Object);
}
