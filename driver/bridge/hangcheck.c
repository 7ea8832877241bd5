// SPDX-License-Identifier: GPL-2.0-only
#include <linux/moduleparam.h>

#include "bridge/hangcheck.h"

/* Below, a job that only waits for its processor time would look hung. */
#define MIN_PERIOD_MS 10
#define MAX_PERIOD_MS 60000

/* Half of upstream's, which looks twice as often where it can see progress: the same in the end. */
static unsigned int hangcheck_period_ms = 250;

static int set_period(const char *value, const struct kernel_param *param)
{
	return param_set_uint_minmax(value, param, MIN_PERIOD_MS, MAX_PERIOD_MS);
}

static const struct kernel_param_ops period_ops = {
	.set = set_period,
	.get = param_get_uint,
};

module_param_cb(hangcheck_period_ms, &period_ops, &hangcheck_period_ms, 0644);
MODULE_PARM_DESC(hangcheck_period_ms,
		 "How often unfinished jobs are looked after, in ms (10 to 60000)");

u32 bridge_hangcheck_period_ms(void)
{
	return READ_ONCE(hangcheck_period_ms);
}
