/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fences that the test itself signals (the kernel's sw_sync, which is a matter of debugging
 * kernels): for the driver they are another driver's.
 */
#pragma once

#include <linux/types.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct sw_sync_create_fence_data {
	__u32 value;
	char name[32];
	__s32 fence;
};

#define SW_SYNC_IOC_CREATE_FENCE _IOWR('W', 0, struct sw_sync_create_fence_data)
#define SW_SYNC_IOC_INC          _IOW('W', 1, __u32)

/** sw_sync_open() - a new timeline, at 0; negative where the kernel has none */
static inline int sw_sync_open(void)
{
	return open("/sys/kernel/debug/sync/sw_sync", O_RDWR | O_CLOEXEC);
}

/** sw_sync_fence() - a sync_file that signals when the timeline has come to @value */
static inline int sw_sync_fence(int timeline, __u32 value)
{
	struct sw_sync_create_fence_data request = {.value = value, .name = "test"};

	return ioctl(timeline, SW_SYNC_IOC_CREATE_FENCE, &request) ? -1 : request.fence;
}

/** sw_sync_advance() - moves the timeline on */
static inline int sw_sync_advance(int timeline, __u32 count)
{
	return ioctl(timeline, SW_SYNC_IOC_INC, &count);
}
