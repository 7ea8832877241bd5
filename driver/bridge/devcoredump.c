// SPDX-License-Identifier: GPL-2.0-only
#include <linux/devcoredump.h>
#include <linux/device.h>
#include <linux/gfp.h>
#include <linux/sysfs.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

#include "bridge/devcoredump.h"

void *bridge_page_get_nowait(void)
{
	return (void *)__get_free_page(GFP_NOWAIT | __GFP_NOWARN);
}

void bridge_page_put(void *page)
{
	free_page((unsigned long)page);
}

void bridge_real_time(u64 *seconds, u32 *nanoseconds)
{
	struct timespec64 now;

	ktime_get_real_ts64(&now);
	*seconds = now.tv_sec;
	*nanoseconds = now.tv_nsec;
}

const char *bridge_kernel_release(void)
{
	return init_utsname()->release;
}

const char *bridge_module_name(void)
{
	return KBUILD_MODNAME;
}

bool bridge_coredump_is_waiting(struct device *dev)
{
	/* The link that comes and goes with it. */
	struct kernfs_node *link = sysfs_get_dirent(dev->kobj.sd, "devcoredump");

	sysfs_put(link);
	return link;
}

void bridge_coredump_hand_over(struct device *dev, char *text, size_t size)
{
	dev_coredumpv(dev, text, size, GFP_KERNEL);
}
