/* SPDX-License-Identifier: GPL-2.0-only */
/* The device goes, by way of sysfs, and comes back. msmxx only: upstream's nodes stay, and oops. */
#pragma once

#include <sys/syscall.h>

#include "msm_test.h"

#define DRIVER "/sys/bus/platform/drivers/msmxx"

/** bound_device() - the device that the driver is bound to; its name has to fit */
static inline int bound_device(char name[256])
{
	DIR *directory = opendir(DRIVER);
	struct dirent *entry;
	int ret = -ENODEV;

	while (directory && ret && (entry = readdir(directory))) {
		if (!strstr(entry->d_name, ".gpu"))
			continue;
		snprintf(name, 256, "%s", entry->d_name);
		ret = 0;
	}
	if (directory)
		closedir(directory);
	return ret;
}

/** unload_module_now() - 0 or -errno */
static inline int unload_module_now(void)
{
	return syscall(SYS_delete_module, "msmxx", O_NONBLOCK) ? -errno : 0;
}

/** unload_module() - within five seconds, in which whatever was closed goes; 0 or -errno */
static inline int unload_module(void)
{
	int ret = -EAGAIN;

	for (int i = 0; ret && i < 50; i++) {
		if (i)
			usleep(100000);
		ret = unload_module_now();
	}
	return ret;
}

/** tell_driver() - @action is bind or unbind; 0 or -errno */
static inline int tell_driver(const char *action, const char *device)
{
	char path[64];

	snprintf(path, sizeof(path), DRIVER "/%s", action);
	return write_text(path, device);
}
