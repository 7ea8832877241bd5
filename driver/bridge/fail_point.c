// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/errno.h>
#include <linux/moduleparam.h>

#include "bridge/fail_point.h"

#ifdef CONFIG_FAULT_INJECTION

static unsigned int fail_step;
module_param(fail_step, uint, 0400);
MODULE_PARM_DESC(fail_step, "Fail the Nth step of bringing the device up (tests; 0: none)");

int bridge_fail_point(void)
{
	static atomic_t step;

	if (!fail_step || atomic_inc_return(&step) != fail_step)
		return 0;
	return -ENOMEM;
}

#else

int bridge_fail_point(void)
{
	return 0;
}

#endif
