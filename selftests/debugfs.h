/* SPDX-License-Identifier: GPL-2.0-only */
/* The driver's debugfs files. */
#pragma once

#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "msm_test.h"

/** debugfs_read() - all of a file of the device @fd, to be freed; NULL if there is none such */
static inline char *debugfs_read(int fd, const char *name)
{
	size_t size = 0, room = 1 << 16;
	char path[128], *text;
	struct stat node;
	ssize_t count;
	int file;

	if (fstat(fd, &node))
		return NULL;
	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%u/%s", minor(node.st_rdev), name);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return NULL;
	text = malloc(room + 1);
	while ((count = read(file, text + size, room - size)) > 0) {
		size += count;
		if (size == room)
			text = realloc(text, (room *= 2) + 1);
	}
	close(file);
	if (count < 0) {
		free(text);
		return NULL;
	}
	text[size] = 0;
	return text;
}

/** debugfs_write() - 0 or -errno */
static inline int debugfs_write(int fd, const char *name, const char *value)
{
	struct stat node;
	char path[128];

	if (fstat(fd, &node))
		return -errno;
	snprintf(path, sizeof(path), "/sys/kernel/debug/dri/%u/%s", minor(node.st_rdev), name);
	return write_text(path, value);
}

/** debugfs_files() - how many files of the device @fd are open, by the DRM core's count; -1 without debugfs */
static inline int debugfs_files(int fd)
{
	char *text = debugfs_read(fd, "clients");
	/* The first line is a heading. */
	int lines = -1;

	for (char *at = text; at && *at; at++)
		lines += *at == '\n';
	free(text);
	return lines;
}

/** debugfs_counter() - of msmxx's; -1 if there is none of that name */
static inline int64_t debugfs_counter(int fd, const char *name)
{
	char *text = debugfs_read(fd, "counters"), *line, *rest;
	size_t length = strlen(name);
	int64_t value = -1;

	for (rest = text; text && (line = strtok_r(rest, "\n", &rest));) {
		if (!strncmp(line, name, length) && line[length] == ':')
			value = atoll(line + length + 1);
	}
	free(text);
	return value;
}
