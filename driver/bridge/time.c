// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "bridge/time.h"

u64 bridge_monotonic_ns(void)
{
	return ktime_get_ns();
}

void bridge_udelay(u32 us)
{
	udelay(us);
}

void bridge_usleep_range(u32 min, u32 max)
{
	usleep_range(min, max);
}

long bridge_jiffies_until(u64 deadline)
{
	u64 now, left;

	if (deadline == U64_MAX)
		return MAX_SCHEDULE_TIMEOUT;
	now = ktime_get_ns();
	if (now >= deadline)
		return 0;
	left = nsecs_to_jiffies64(deadline - now);
	return clamp_t(u64, left + 1, 1, MAX_SCHEDULE_TIMEOUT - 1);
}

void bridge_wait_queue_init(struct wait_queue_head *queue)
{
	init_waitqueue_head(queue);
}

void bridge_wake_up_all(struct wait_queue_head *queue)
{
	wake_up_all(queue);
}

int bridge_wait_event(struct wait_queue_head *queue, bool (*condition)(void *data), void *data,
		      bool interruptible, u64 deadline)
{
	long timeout = bridge_jiffies_until(deadline);
	long left;

	if (interruptible)
		left = wait_event_interruptible_timeout(*queue, condition(data), timeout);
	else
		left = wait_event_timeout(*queue, condition(data), timeout);
	if (left < 0)
		return left;
	return left ? 0 : -ETIMEDOUT;
}
