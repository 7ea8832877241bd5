/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes memory short: swap on zram, reclaim on request, memory control groups. */
#pragma once

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "msm_reclaim.h"

static inline bool swap_on(void)
{
	return !system("modprobe zram 2>/dev/null && echo 67108864 >/sys/block/zram0/disksize &&"
		       "mkswap /dev/zram0 >/dev/null && swapon /dev/zram0");
}

static inline void swap_off(void)
{
	if (system("swapoff /dev/zram0 2>/dev/null; echo 1 >/sys/block/zram0/reset"))
		fprintf(stderr, "swap stays\n");
}

/** number_of() - what stands behind @name in a file of such lines, -1 if it is not there */
static inline long number_of(const char *path, const char *name)
{
	char word[64];
	long number, result = -1;
	FILE *file = fopen(path, "re");

	while (file && fscanf(file, "%63s %ld%*[^\n]", word, &number) == 2)
		if (!strcmp(word, name))
			result = number;
	if (file)
		fclose(file);
	return result;
}

/*
 * Memory control groups, of the kernel's second kind.
 */

#define CGROUPS "/sys/fs/cgroup"

static inline void cgroup_path(char path[128], const char *group, const char *file)
{
	snprintf(path, 128, CGROUPS "/%s/%s", group, file);
}

static inline bool cgroup_write(const char *group, const char *file, const char *text)
{
	char path[128];

	cgroup_path(path, group, file);
	return write_file(path, text);
}

/** cgroup_new() - a group whose memory is counted; false where the kernel does not */
static inline bool cgroup_new(const char *group)
{
	char path[128];

	if (!write_file(CGROUPS "/cgroup.subtree_control", "+memory"))
		return false;
	cgroup_path(path, group, "");
	return !mkdir(path, 0755);
}

/** cgroup_enter() - the calling process, and what it forks from now on */
static inline bool cgroup_enter(const char *group)
{
	return cgroup_write(group, "cgroup.procs", "0");
}

static inline void cgroup_remove(const char *group)
{
	char path[128];

	cgroup_path(path, group, "");
	rmdir(path);
}

/** cgroup_stat() - a number of memory.stat, -1 if it is not there */
static inline long cgroup_stat(const char *group, const char *name)
{
	char path[128];

	cgroup_path(path, group, "memory.stat");
	return number_of(path, name);
}
