// SPDX-License-Identifier: GPL-2.0-only
/* What happens when the module comes and goes. */

#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/result.h"
#include "kernel/opaque.h"

int msmxx_module_init()
{
	return 0;
}

void msmxx_module_exit()
{
}
