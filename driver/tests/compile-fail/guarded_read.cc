// SPDX-License-Identifier: GPL-2.0-only
/* What a lock guards is read under it. */
// expect-clang: reading variable 'size_' requires holding mutex

#include "kernel/lock.h"

using namespace kernel;

class Tree {
public:
	u64 size(Reclaim token)
	{
#ifdef POSITIVE
		MutexGuard guard(lock_, token);
#endif
		return size_;
	}

private:
	Mutex<Rank::va> lock_;
	u64 size_ GUARDED_BY(lock_) = 0;
};

u64 size(Tree &tree, Reclaim token);
u64 size(Tree &tree, Reclaim token)
{
	return tree.size(token);
}
