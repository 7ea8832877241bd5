// SPDX-License-Identifier: GPL-2.0-only
/* A queue that is not unbound has to say that it is per CPU. */
#include <linux/workqueue.h>

const unsigned int probe = WQ_PERCPU;
