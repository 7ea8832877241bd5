// SPDX-License-Identifier: GPL-2.0-only
/* Two locks of one rank do not nest. */
// expect-clang: acquiring .* that is already held

#include "kernel/lock.h"

using namespace kernel;

void both(Mutex<Rank::va> &first_tree, Mutex<Rank::va> &second_tree, Reclaim token);
void both(Mutex<Rank::va> &first_tree, Mutex<Rank::va> &second_tree, Reclaim token)
{
#ifdef POSITIVE
	{
		MutexGuard first(first_tree, token);
	}
#else
	MutexGuard first(first_tree, token);
#endif
	MutexGuard second(second_tree, token);
}
