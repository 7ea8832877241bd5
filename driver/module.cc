// SPDX-License-Identifier: GPL-2.0-only
/* What happens when the module comes and goes. */

#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/lock.h"
#include "kernel/result.h"

using namespace kernel;

int msmxx_module_init()
{
	MayAlloc token = entry::work();

	prime_lock_order(token);
	return 0;
}

void msmxx_module_exit()
{
}
