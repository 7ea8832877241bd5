// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compiled to assembly only; Kbuild reads the numbers out of it into layout.h, as the kernel does
 * for asm-offsets.h.
 */
#include <linux/kbuild.h>

#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/irq_work.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

#include <drm/drm_exec.h>
#include <drm/drm_gem.h>
#include <drm/gpu_scheduler.h>

#include "bridge/drm_sched_types.h"

#define TYPE(tag)                                      \
	DEFINE(LAYOUT_SIZE_##tag, sizeof(struct tag)); \
	DEFINE(LAYOUT_ALIGN_##tag, __alignof__(struct tag));
#define FIELD(tag, name, type)                                     \
	static_assert(__same_type(type, ((struct tag *)0)->name)); \
	DEFINE(LAYOUT_OFFSET_##tag##__##name, offsetof(struct tag, name));
#define CONSTANT(type, name) DEFINE(LAYOUT_CONSTANT_##name, (type)name);

int main(void);
int main(void)
{
#include "bridge/layout.list"
	return 0;
}
