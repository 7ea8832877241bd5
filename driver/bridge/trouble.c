// SPDX-License-Identifier: GPL-2.0-only
#ifdef MSMXX_MUTANTS

#include <linux/atomic.h>
#include <linux/debug_locks.h>
#include <linux/device.h>
#include <linux/dma-resv.h>
#include <linux/gfp.h>
#include <linux/lockdep.h>
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "bridge/memory.h"
#include "bridge/power.h"
#include "bridge/trouble.h"

static void reserve(struct device *dev)
{
	static struct dma_resv reservation;

	dma_resv_init(&reservation);
	dma_resv_lock(&reservation, NULL);
	dma_resv_unlock(&reservation);
	dma_resv_fini(&reservation);
}

static void allocate(struct device *dev)
{
	bridge_kvfree(bridge_kmalloc(64, 8, (__force u32)GFP_KERNEL));
}

static void resume(struct device *dev)
{
	if (!bridge_runtime_pm_get(dev))
		bridge_runtime_pm_put(dev);
}

static void copy(struct device *dev)
{
	u32 word;

	bridge_copy_from_user(&word, PAGE_SIZE, sizeof(word));
}

static const struct {
	const char *name;
	enum bridge_place place;
	void (*make)(struct device *dev);
} mistakes[] = {
	{"run-reserve", BRIDGE_PLACE_run, reserve},
	{"run-allocate", BRIDGE_PLACE_run, allocate},
	{"run-resume", BRIDGE_PLACE_run, resume},
	{"run-copy", BRIDGE_PLACE_run, copy},
	{"free-reserve", BRIDGE_PLACE_free, reserve},
	{"free-allocate", BRIDGE_PLACE_free, allocate},
	{"free-resume", BRIDGE_PLACE_free, resume},
	{"free-copy", BRIDGE_PLACE_free, copy},
	{"irq-reserve", BRIDGE_PLACE_irq, reserve},
	{"irq-allocate", BRIDGE_PLACE_irq, allocate},
	{"irq-resume", BRIDGE_PLACE_irq, resume},
	{"irq-copy", BRIDGE_PLACE_irq, copy},
};

/* Index of the next mistake to make; -1: none. */
static atomic_t chosen = ATOMIC_INIT(-1);

static int set_trouble(const char *value, const struct kernel_param *param)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (sysfs_streq(value, mistakes[i].name)) {
			atomic_set(&chosen, i);
			return 0;
		}
	}
	return -EINVAL;
}

static const struct kernel_param_ops trouble_ops = {.set = set_trouble};

module_param_cb(trouble, &trouble_ops, NULL, 0200);
MODULE_PARM_DESC(trouble,
		 "The mistake to make the next time: run|free|irq-reserve|allocate|resume|copy");

/*
 * Lockdep is off after a report, since it no longer knows who holds what. Here it knows: the guest has
 * one processor (tools/vm/guest/contexts), and nobody else gets it before lockdep is on again.
 *
 * It also does not look twice at locks taken one after the other as before, as two mistakes may be: a
 * lock of its own around each makes the difference.
 */
static void make_as_task(unsigned int index, struct device *dev)
{
	static struct lock_class_key keys[ARRAY_SIZE(mistakes)];
	/* Without lockdep there is nothing to them. */
	static struct lockdep_map maps[ARRAY_SIZE(mistakes)] __maybe_unused;

	lockdep_init_map(&maps[index], mistakes[index].name, &keys[index], 0);
	sched_set_fifo(current);
	lock_map_acquire(&maps[index]);
	mistakes[index].make(dev);
	debug_locks = 1;
	lock_map_release(&maps[index]);
	sched_set_normal(current, 0);
}

void bridge_trouble(enum bridge_place place, struct device *dev)
{
	int index = atomic_read(&chosen);

	if (index < 0 || mistakes[index].place != place)
		return;
	if (atomic_cmpxchg(&chosen, index, -1) != index)
		return;
	/* Of an interrupt's mistakes lockdep is not the first to tell. */
	if (place == BRIDGE_PLACE_irq)
		mistakes[index].make(dev);
	else
		make_as_task(index, dev);
}

#endif
