// SPDX-License-Identifier: GPL-2.0-only
/* Syncobjs, sync_files, and fences that somebody else signals. */
#include "caller.h"

#include <linux/sync_file.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <drm/msm_drm.h>

/* The kernel's sw_sync has no header for user space. */
struct sw_sync_create_fence_data {
	uint32_t value;
	char name[32];
	int32_t fence;
};

#define SW_SYNC_IOC_CREATE_FENCE _IOWR('W', 0, struct sw_sync_create_fence_data)
#define SW_SYNC_IOC_INC          _IOW('W', 1, uint32_t)

static int destroy(struct caller *caller, uint32_t handle)
{
	struct drm_syncobj_destroy request = {.handle = handle};

	return issue_on(caller->fd, DRM_IOCTL_SYNCOBJ_DESTROY, &request);
}

static void keep_syncobj(struct caller *caller, uint32_t handle)
{
	handle = atomic_exchange(&RANDOM_OF(&caller->random, caller->file->syncobjs), handle);
	if (handle)
		destroy(caller, handle);
}

static int syncobj_create(struct caller *caller)
{
	static const struct field fields[] = {FIELD(drm_syncobj_create, flags, VALUE)};
	struct drm_syncobj_create request = {.flags = pick(caller, 2)};
	int ret = ISSUE(caller, DRM_IOCTL_SYNCOBJ_CREATE, &request, fields);

	if (!ret)
		keep_syncobj(caller, request.handle);
	return ret;
}

static int syncobj_destroy(struct caller *caller)
{
	return destroy(caller, pick_syncobj(caller));
}

/* Between a syncobj and a sync_file, or a syncobj's own descriptor. */
static int syncobj_export(struct caller *caller)
{
	static const struct field fields[] = {FIELD(drm_syncobj_handle, handle, VALUE),
					      FIELD(drm_syncobj_handle, flags, VALUE),
					      FIELD(drm_syncobj_handle, pad, VALUE)};
	struct drm_syncobj_handle request = {
		.handle = pick_syncobj(caller), .flags = pick(caller, 2), .fd = -1};
	int ret = ISSUE(caller, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &request, fields);

	if (!ret)
		keep_fd(caller, caller->world->sync_files, request.fd);
	return ret;
}

static int syncobj_import(struct caller *caller)
{
	static const struct field fields[] = {FIELD(drm_syncobj_handle, handle, VALUE),
					      FIELD(drm_syncobj_handle, flags, VALUE),
					      FIELD(drm_syncobj_handle, fd, VALUE)};
	struct drm_syncobj_handle request = {
		.handle = pick_syncobj(caller),
		.flags = pick(caller, 2),
		.fd = pick_fd(caller, caller->world->sync_files),
	};
	int ret = ISSUE(caller, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &request, fields);

	if (!ret && !(request.flags & DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE))
		keep_syncobj(caller, request.handle);
	return ret;
}

static uint64_t place_handles(struct caller *caller, uint32_t count)
{
	uint32_t handles[8];

	for (uint32_t i = 0; i < count; i++)
		handles[i] = pick_syncobj(caller);
	return (uintptr_t)place_array(&caller->memory, &caller->random, handles,
				      count * sizeof(handles[0]));
}

static uint64_t place_points(struct caller *caller, uint32_t count)
{
	uint64_t points[8];

	for (uint32_t i = 0; i < count; i++)
		points[i] = pick_point(caller);
	return (uintptr_t)place_array(&caller->memory, &caller->random, points,
				      count * sizeof(points[0]));
}

static int syncobj_wait(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_syncobj_timeline_wait, handles, POINTER),
		FIELD(drm_syncobj_timeline_wait, points, POINTER),
		FIELD(drm_syncobj_timeline_wait, timeout_nsec, VALUE),
		FIELD(drm_syncobj_timeline_wait, count_handles, COUNT),
		FIELD(drm_syncobj_timeline_wait, flags, VALUE),
	};
	uint32_t count = 1 + pick(caller, 4);
	struct drm_syncobj_timeline_wait request = {
		.handles = place_handles(caller, count),
		.points = place_points(caller, count),
		.timeout_nsec = pick_deadline(caller),
		.count_handles = count,
		.flags = pick(caller, 8),
	};

	return ISSUE(caller, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &request, fields);
}

/* The three that take handles and points in the same places. */
static int syncobj_change(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_syncobj_timeline_array, handles, POINTER),
		FIELD(drm_syncobj_timeline_array, points, POINTER),
		FIELD(drm_syncobj_timeline_array, count_handles, COUNT),
		FIELD(drm_syncobj_timeline_array, flags, VALUE),
	};
	static const unsigned long requests[] = {DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL,
						 DRM_IOCTL_SYNCOBJ_QUERY};
	uint32_t count = 1 + pick(caller, 4);
	struct drm_syncobj_timeline_array request = {
		.handles = place_handles(caller, count),
		.points = place_points(caller, count),
		.count_handles = count,
	};
	struct drm_syncobj_array reset = {.handles = request.handles, .count_handles = count};

	if (chance(caller, 3))
		return issue_on(caller->fd,
				chance(caller, 2) ? DRM_IOCTL_SYNCOBJ_RESET
						  : DRM_IOCTL_SYNCOBJ_SIGNAL,
				&reset);
	return ISSUE(caller, RANDOM_OF(&caller->random, requests), &request, fields);
}

static int syncobj_transfer(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_syncobj_transfer, src_handle, VALUE),
		FIELD(drm_syncobj_transfer, dst_handle, VALUE),
		FIELD(drm_syncobj_transfer, src_point, VALUE),
		FIELD(drm_syncobj_transfer, dst_point, VALUE),
		FIELD(drm_syncobj_transfer, flags, VALUE),
	};
	struct drm_syncobj_transfer request = {
		.src_handle = pick_syncobj(caller),
		.dst_handle = pick_syncobj(caller),
		.src_point = pick_point(caller),
		.dst_point = pick_point(caller),
	};

	return ISSUE(caller, DRM_IOCTL_SYNCOBJ_TRANSFER, &request, fields);
}

static int syncobj_eventfd(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_syncobj_eventfd, handle, VALUE),
		FIELD(drm_syncobj_eventfd, flags, VALUE),
		FIELD(drm_syncobj_eventfd, point, VALUE),
	};
	int fd = eventfd(0, EFD_CLOEXEC), ret;
	struct drm_syncobj_eventfd request = {
		.handle = pick_syncobj(caller),
		.flags = pick(caller, 2),
		.point = pick_point(caller),
		.fd = fd,
	};

	ret = ISSUE(caller, DRM_IOCTL_SYNCOBJ_EVENTFD, &request, fields);
	close(fd);
	return ret;
}

static int sync_file_merge(struct caller *caller)
{
	struct sync_merge_data request = {.name = "fuzz",
					  .fd2 = pick_fd(caller, caller->world->sync_files)};
	int ret = issue_on(pick_fd(caller, caller->world->sync_files), SYNC_IOC_MERGE, &request);

	if (!ret)
		keep_fd(caller, caller->world->sync_files, request.fence);
	return ret;
}

static int sync_file_info(struct caller *caller)
{
	struct sync_fence_info infos[4] = {};
	struct sync_file_info request = {
		.num_fences = pick(caller, 5),
		.sync_fence_info = (uintptr_t)place_array(&caller->memory, &caller->random, infos,
							  sizeof(infos)),
	};

	return issue_on(pick_fd(caller, caller->world->sync_files), SYNC_IOC_FILE_INFO, &request);
}

static int foreign_fence(struct caller *caller)
{
	struct sw_sync_create_fence_data request = {.value = 1 + pick(caller, 3), .name = "fuzz"};
	int sw_sync = atomic_load(&caller->world->sw_sync);
	uint32_t by = 2;
	int ret;

	if (chance(caller, 2))
		return issue_on(sw_sync, SW_SYNC_IOC_INC, &by);
	ret = issue_on(sw_sync, SW_SYNC_IOC_CREATE_FENCE, &request);
	if (!ret)
		keep_fd(caller, caller->world->sync_files, request.fence);
	return ret;
}

const struct call sync_calls[] = {
	{"SYNCOBJ_CREATE", 24, true, syncobj_create},
	{"SYNCOBJ_DESTROY", 8, true, syncobj_destroy},
	{"SYNCOBJ_HANDLE_TO_FD", 12, true, syncobj_export},
	{"SYNCOBJ_FD_TO_HANDLE", 14, true, syncobj_import},
	{"SYNCOBJ_TIMELINE_WAIT", 16, true, syncobj_wait},
	{"SYNCOBJ signal, query, reset", 20, true, syncobj_change},
	{"SYNCOBJ_TRANSFER", 16, true, syncobj_transfer},
	{"SYNCOBJ_EVENTFD", 6, true, syncobj_eventfd},
	{"SYNC_IOC_MERGE", 10, true, sync_file_merge},
	{"SYNC_IOC_FILE_INFO", 8, true, sync_file_info},
	{"sw_sync", 20, false, foreign_fence},
	{},
};
