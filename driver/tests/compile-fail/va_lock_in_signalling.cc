// SPDX-License-Identifier: GPL-2.0-only
/* The signalling path takes no VM's tree lock. */
// expect-g++: no matching function|could not convert|cannot convert|class template argument deduction failed
// expect-clang: no viable constructor|no matching constructor

#include "kernel/lock.h"

using namespace kernel;

#ifdef POSITIVE
constexpr Rank rank = Rank::pt;
#else
constexpr Rank rank = Rank::va;
#endif

void run_job(Mutex<rank> &lock, Signalling token);
void run_job(Mutex<rank> &lock, Signalling token)
{
	MutexGuard guard(lock, token);
}
