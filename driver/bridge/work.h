/* SPDX-License-Identifier: GPL-2.0-only */
/* Workqueues, work items, timers, and what comes right after an interrupt. */
#ifndef MSMXX_BRIDGE_WORK_H
#define MSMXX_BRIDGE_WORK_H

#include "bridge/types.h"

struct irq_work;
struct timer_list;
struct work_struct;
struct workqueue_struct;

BRIDGE_BEGIN

/* An item calls its function, which finds its object around the item. */
void bridge_work_init(struct work_struct *work, void (*function)(struct work_struct *work));

/* max_active 0 is the kernel's default, 1 with WQ_UNBOUND keeps the order. */
struct workqueue_struct *bridge_workqueue_alloc(const char *name, u32 flags, int max_active);
void bridge_workqueue_destroy(struct workqueue_struct *queue);
void bridge_workqueue_flush(struct workqueue_struct *queue);

bool bridge_queue_work(struct workqueue_struct *queue, struct work_struct *work);
bool bridge_flush_work(struct work_struct *work);
bool bridge_cancel_work_sync(struct work_struct *work);

void bridge_timer_init(struct timer_list *timer, void (*function)(struct timer_list *timer));
void bridge_timer_start(struct timer_list *timer, u64 delay_ns);
void bridge_timer_resume(struct timer_list *timer);
bool bridge_timer_stop_sync(struct timer_list *timer);
void bridge_timer_shutdown_sync(struct timer_list *timer);

void bridge_irq_work_init(struct irq_work *work, void (*function)(struct irq_work *work));
bool bridge_irq_work_queue(struct irq_work *work);
void bridge_irq_work_sync(struct irq_work *work);

BRIDGE_END

#endif
