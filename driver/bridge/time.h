/* SPDX-License-Identifier: GPL-2.0-only */
/* Clocks, sleeping and wait queues. */
#ifndef MSMXX_BRIDGE_TIME_H
#define MSMXX_BRIDGE_TIME_H

#include "bridge/types.h"

struct wait_queue_head;

BRIDGE_BEGIN

u64 bridge_monotonic_ns(void);
/* Busy. */
void bridge_udelay(u32 us);
/* Sleeps between min and max microseconds. */
void bridge_usleep_range(u32 min, u32 max);

/*
 * Timeouts are absolute, in ns of CLOCK_MONOTONIC; U64_MAX is never. 0, -ETIMEDOUT or -ERESTARTSYS.
 */
void bridge_wait_queue_init(struct wait_queue_head *queue);
void bridge_wake_up_all(struct wait_queue_head *queue);
int bridge_wait_event(struct wait_queue_head *queue, bool (*condition)(void *data), void *data,
		      bool interruptible, u64 deadline);

/*
 * Jiffies left until the deadline: 0 when it has passed, at least 1 before, MAX_SCHEDULE_TIMEOUT
 * for never.
 */
long bridge_jiffies_until(u64 deadline);

BRIDGE_END

#endif
