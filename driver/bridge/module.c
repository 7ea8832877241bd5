// SPDX-License-Identifier: GPL-2.0-only
/* The module itself: what the loader reads, and the two calls that start and end everything. */

#include <linux/module.h>
#include <linux/rcupdate.h>

#include "entry_points.h"

static int __init msmxx_init(void)
{
	return msmxx_module_init();
}

static void __exit msmxx_exit(void)
{
	msmxx_module_exit();
	/* Objects are freed by RCU callbacks that live in this module. */
	rcu_barrier();
}

module_init(msmxx_init);
module_exit(msmxx_exit);

MODULE_AUTHOR("the msmxx developers");
MODULE_DESCRIPTION("Qualcomm Adreno GPUs");
MODULE_LICENSE("GPL");
