/* SPDX-License-Identifier: GPL-2.0-only */
/* The whole system asleep: the kernel's own test of suspend (pm_test) wakes it again at once. */
#pragma once

#include "msm_test.h"

/**
 * sleeps_are_tested() - the kernel can, and does not sleep for longer than it has to
 *
 * What pm_test is set to stays, until it is set to "none".
 */
static inline bool sleeps_are_tested(void)
{
	return !write_text("/sys/module/suspend/parameters/pm_test_delay", "0");
}

/* As far as devices are concerned, or as far as the platform would be switched off; 0 or -errno. */
static inline int system_sleeps(const char *how_far)
{
	int ret = write_text("/sys/power/pm_test", how_far);

	return ret ?: write_text("/sys/power/state", "freeze");
}
