// SPDX-License-Identifier: GPL-2.0-only
/* An interrupt cannot sleep. */
// expect-g++: no matching function|could not convert|cannot convert|class template argument deduction failed
// expect-clang: no viable constructor|no matching constructor

#include "kernel/lock.h"

using namespace kernel;

#ifdef POSITIVE
using Context = Signalling;
#else
using Context = Irq;
#endif

void update(Mutex<Rank::pt> &lock, Context token);
void update(Mutex<Rank::pt> &lock, Context token)
{
	MutexGuard guard(lock, token);
}
