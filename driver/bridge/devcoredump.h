/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dumps of a device that went wrong: memory to keep what was seen in, without waiting for any, and
 * the kernel's device coredumps, where userspace finds the text.
 */
#ifndef MSMXX_BRIDGE_DEVCOREDUMP_H
#define MSMXX_BRIDGE_DEVCOREDUMP_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct device;

/* A page, if one is at hand; NULL otherwise. Any context. */
void *bridge_page_get_nowait(void);
void bridge_page_put(void *page);

/* Since 1970. */
void bridge_real_time(u64 *seconds, u32 *nanoseconds);
const char *bridge_kernel_release(void);
const char *bridge_module_name(void);

/* Whether there is a dump of @dev that nobody has read yet. Sleeps. */
bool bridge_coredump_is_waiting(struct device *dev);
/*
 * Let userspace read @text, vmalloc memory which now is the kernel's: it goes when it was read, or
 * after five minutes, and at once if there is an earlier dump still. Sleeps.
 */
void bridge_coredump_hand_over(struct device *dev, char *text, size_t size);

BRIDGE_END

#endif
