/* SPDX-License-Identifier: GPL-2.0-only */
/* Reclaim at a test's command: through the driver's own debugfs file, or that of the kernel's shrinkers. */
#pragma once

#include <glob.h>

#include "msm_test.h"

static inline bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* Writes @text to each file that @pattern names; whether there was one. */
static inline bool write_files(const char *pattern, const char *text)
{
	bool done = false;
	glob_t found;

	if (glob(pattern, 0, NULL, &found))
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++)
		done |= write_file(found.gl_pathv[i], text);
	globfree(&found);
	return done;
}

/* Has the driver give back whatever it can, but for what was used since the last time. */
static inline bool shrink(void)
{
	/* The driver's own file, or that of kernels with debugging of shrinkers. */
	return write_files("/sys/kernel/debug/dri/*/shrink", "100000") ||
	       write_files("/sys/kernel/debug/shrinker/drm-msm_gem-*/scan", "0 0 100000");
}
