// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irq_work.h>
#include <linux/jiffies.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

#include "bridge/features.h"
#include "bridge/work.h"

/* Rounded up: nothing runs too early. */
static unsigned long jiffies_of(u64 ns)
{
	return nsecs_to_jiffies(ns + TICK_NSEC - 1);
}

void bridge_work_init(struct work_struct *work, void (*function)(struct work_struct *work))
{
	INIT_WORK(work, function);
}

struct workqueue_struct *bridge_workqueue_alloc(const char *name, u32 flags, int max_active)
{
#ifdef HAVE_workqueue_percpu
	if (!(flags & WQ_UNBOUND))
		flags |= WQ_PERCPU;
#endif
	return alloc_workqueue("%s", flags, max_active, name);
}

void bridge_workqueue_destroy(struct workqueue_struct *queue)
{
	destroy_workqueue(queue);
}

void bridge_workqueue_flush(struct workqueue_struct *queue)
{
	flush_workqueue(queue);
}

bool bridge_queue_work(struct workqueue_struct *queue, struct work_struct *work)
{
	return queue_work(queue, work);
}

bool bridge_flush_work(struct work_struct *work)
{
	return flush_work(work);
}

bool bridge_cancel_work_sync(struct work_struct *work)
{
	return cancel_work_sync(work);
}

void bridge_timer_init(struct timer_list *timer, void (*function)(struct timer_list *timer))
{
	timer_setup(timer, function, 0);
}

void bridge_timer_start(struct timer_list *timer, u64 delay_ns)
{
	mod_timer(timer, jiffies + jiffies_of(delay_ns));
}

void bridge_timer_resume(struct timer_list *timer)
{
	mod_timer(timer, timer->expires);
}

bool bridge_timer_stop_sync(struct timer_list *timer)
{
	return timer_delete_sync(timer);
}

void bridge_timer_shutdown_sync(struct timer_list *timer)
{
	timer_shutdown_sync(timer);
}

void bridge_irq_work_init(struct irq_work *work, void (*function)(struct irq_work *work))
{
	init_irq_work(work, function);
}

bool bridge_irq_work_queue(struct irq_work *work)
{
	return irq_work_queue(work);
}

void bridge_irq_work_sync(struct irq_work *work)
{
	irq_work_sync(work);
}
