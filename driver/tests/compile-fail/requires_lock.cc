// SPDX-License-Identifier: GPL-2.0-only
/* Who calls a function that wants a lock held, holds it. */
// expect-clang: calling function 'insert' requires holding mutex

#include "kernel/lock.h"

using namespace kernel;

class Tree {
public:
	void add(Reclaim token)
	{
#ifdef POSITIVE
		MutexGuard guard(lock_, token);
#endif
		insert();
	}

private:
	void insert() REQUIRES(lock_);

	Mutex<Rank::va> lock_;
};

void add(Tree &tree, Reclaim token);
void add(Tree &tree, Reclaim token)
{
	tree.add(token);
}
