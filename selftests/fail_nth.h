/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations that fail when a test says so, on kernels with fault injection into the slab and page
 * allocators, and their debugfs.
 */
#pragma once

#include "msm_test.h"

#include <stdlib.h>

/* More passes than any ioctl has allocations. */
#define MAX_PASSES 400

/* Lets allocations that may wait fail, and does not fill the log with each. */
static inline bool can_inject(void)
{
	return !write_text("/sys/kernel/debug/failslab/ignore-gfp-wait", "N") &&
	       !write_text("/sys/kernel/debug/failslab/verbose", "0") &&
	       !write_text("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N") &&
	       !write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0") &&
	       !write_text("/sys/kernel/debug/fail_page_alloc/verbose", "0") &&
	       access("/proc/thread-self/fail-nth", W_OK) == 0;
}

/* The calling thread's @nth allocation from now on fails; 0 for none. */
static inline void fail_nth(int nth)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", nth);
	write_text("/proc/thread-self/fail-nth", text);
}

/* Back to normal; whether an allocation has failed since. */
static inline bool end_of_failing(void)
{
	char text[16] = "";
	int fd = open("/proc/thread-self/fail-nth", O_RDWR);
	bool failed = false;

	if (fd < 0)
		return false;
	if (pread(fd, text, sizeof(text) - 1, 0) > 0)
		failed = atoi(text) == 0;
	pwrite(fd, "0", 1, 0);
	close(fd);
	return failed;
}

/* Whether there is another pass. That there are too many is a failure: the last has to go without one. */
#define ANOTHER_PASS(pass, failing)                                                                \
	({                                                                                         \
		ASSERT_TRUE(!(failing) || (pass) < MAX_PASSES) TH_LOG("more than %d", MAX_PASSES); \
		failing;                                                                           \
	})

/* Passes over something that allocates: @pass counts from 1 for as long as @failing stays true. */
#define FOR_EACH_PASS(pass, failing) \
	for (int pass = 1, failing = 1; ANOTHER_PASS(pass, failing); pass++)
