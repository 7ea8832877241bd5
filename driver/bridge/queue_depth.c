// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/moduleparam.h>

#include "bridge/queue_depth.h"

#define MIN_DEPTH 1
#define MAX_DEPTH (1 << 20)

/* Some megabytes of jobs, and far more than a client is ahead that waits for its frames. */
static unsigned int queue_depth = 4096;

static int set_depth(const char *value, const struct kernel_param *param)
{
	return param_set_uint_minmax(value, param, MIN_DEPTH, MAX_DEPTH);
}

static const struct kernel_param_ops depth_ops = {
	.set = set_depth,
	.get = param_get_uint,
};

module_param_cb(queue_depth, &depth_ops, &queue_depth, 0644);
MODULE_PARM_DESC(
	queue_depth,
	"Unretired jobs of a file, in all its queues, from which on a submit waits (1 to 1048576)");

u32 bridge_queue_depth(void)
{
	return READ_ONCE(queue_depth);
}
