/* SPDX-License-Identifier: GPL-2.0-only */
/* What is to go wrong with the board, see "Hostile mode" in Documentation/vadreno.rst. */
#pragma once

#include <stdio.h>
#include <stdlib.h>

#include "msm_test.h"

#define PLAN "/sys/kernel/debug/vboard/plan"

/** inject() - the plan in force from now on; 0 or -errno */
static inline int inject(const char *plan)
{
	int fd = open(PLAN, O_WRONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, plan, strlen(plan)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/** struct injected - what the plan's first statement has done so far */
struct injected {
	long happened;
	long opportunities;
};

/** injected() - of the plan in force; both -1 without one */
static inline struct injected injected(void)
{
	struct injected so_far = {-1, -1};
	char text[512] = "", *at;
	int fd = open(PLAN, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) > 0) {
		at = strstr(text, " # ");
		if (at && sscanf(at, " # %ld times in %ld opportunities", &so_far.happened,
				 &so_far.opportunities) != 2)
			so_far = (struct injected){-1, -1};
	}
	if (fd >= 0)
		close(fd);
	return so_far;
}
