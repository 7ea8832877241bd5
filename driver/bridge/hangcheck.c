// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>

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

/* A job that moves may take until then, by the priority of its queue within its ring. */
#define LEVELS         3
#define MIN_TIMEOUT_MS 10
#define MAX_TIMEOUT_MS 600000

static unsigned int job_timeout_ms[LEVELS] = {2500, 2500, 2500};

/* All of them or none. */
static int set_timeouts(const char *value, const struct kernel_param *param)
{
	unsigned int wanted[LEVELS];
	int end = 0;

	if (sscanf(value, "%u,%u,%u %n", &wanted[0], &wanted[1], &wanted[2], &end) != LEVELS ||
	    value[end])
		return -EINVAL;
	for (unsigned int i = 0; i < LEVELS; i++)
		if (wanted[i] < MIN_TIMEOUT_MS || wanted[i] > MAX_TIMEOUT_MS)
			return -EINVAL;
	for (unsigned int i = 0; i < LEVELS; i++)
		WRITE_ONCE(job_timeout_ms[i], wanted[i]);
	return 0;
}

static int get_timeouts(char *buffer, const struct kernel_param *param)
{
	return sysfs_emit(buffer, "%u,%u,%u\n", job_timeout_ms[0], job_timeout_ms[1],
			  job_timeout_ms[2]);
}

static const struct kernel_param_ops timeout_ops = {
	.set = set_timeouts,
	.get = get_timeouts,
};

module_param_cb(job_timeout_ms, &timeout_ops, NULL, 0644);
MODULE_PARM_DESC(job_timeout_ms, "How long a job may take in queues of urgent, normal and low "
				 "priority, in ms (10 to 600000 each)");

u32 bridge_job_timeout_ms(u32 level)
{
	return READ_ONCE(job_timeout_ms[level]);
}
