// SPDX-License-Identifier: GPL-2.0-only
/* A guard that is not named unlocks at once. */
// expect-clang: ignoring temporary

#include "kernel/lock.h"

using namespace kernel;

void update(Mutex<Rank::pt> &lock, Signalling token);
void update(Mutex<Rank::pt> &lock, Signalling token)
{
#ifdef POSITIVE
	MutexGuard<Rank::pt> guard(lock, token);
#else
	MutexGuard<Rank::pt>{lock, token};
#endif
}
