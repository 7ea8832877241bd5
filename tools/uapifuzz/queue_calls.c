// SPDX-License-Identifier: GPL-2.0-only
/* Parameters, submitqueues, and ioctls that this driver does not have (yet). */
#include "caller.h"

#include <string.h>
#include <unistd.h>

#include <drm/msm_drm.h>

static int get_param(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_param, pipe, VALUE),    FIELD(drm_msm_param, param, VALUE),
		FIELD(drm_msm_param, value, POINTER), FIELD(drm_msm_param, len, VALUE),
		FIELD(drm_msm_param, pad, VALUE),
	};
	struct drm_msm_param request = {.pipe = MSM_PIPE_3D0, .param = pick(caller, 0x1a)};

	return ISSUE(caller, DRM_IOCTL_MSM_GET_PARAM, &request, fields);
}

static int set_param(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_param, pipe, VALUE),    FIELD(drm_msm_param, param, VALUE),
		FIELD(drm_msm_param, value, POINTER), FIELD(drm_msm_param, len, VALUE),
		FIELD(drm_msm_param, pad, VALUE),
	};
	static const uint32_t params[] = {MSM_PARAM_SYSPROF, MSM_PARAM_COMM, MSM_PARAM_CMDLINE,
					  MSM_PARAM_EN_VM_BIND};
	struct drm_msm_param request = {.pipe = MSM_PIPE_3D0,
					.param = RANDOM_OF(&caller->random, params)};
	char name[64];

	if (request.param == MSM_PARAM_COMM || request.param == MSM_PARAM_CMDLINE) {
		request.len = pick(caller, sizeof(name));
		for (size_t i = 0; i < request.len; i++)
			name[i] = pick(caller, 256);
		request.value =
			(uintptr_t)place_array(&caller->memory, &caller->random, name, request.len);
	} else {
		request.value = pick(caller, 4);
	}
	return ISSUE(caller, DRM_IOCTL_MSM_SET_PARAM, &request, fields);
}

static int close_id(struct caller *caller, uint32_t id)
{
	return issue_on(caller->fd, DRM_IOCTL_MSM_SUBMITQUEUE_CLOSE, &id);
}

/* The first slot stays the default queue's. */
static int queue_new(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_submitqueue, flags, VALUE),
		FIELD(drm_msm_submitqueue, prio, VALUE),
		FIELD(drm_msm_submitqueue, id, VALUE),
	};
	struct drm_msm_submitqueue request = {.prio = pick(caller, 4),
					      .flags = chance(caller, 16) ? pick(caller, 4) : 0};
	unsigned int slot = 1 + pick(caller, QUEUES - 1);
	int ret = ISSUE(caller, DRM_IOCTL_MSM_SUBMITQUEUE_NEW, &request, fields);

	if (ret)
		return ret;
	request.id = atomic_exchange(&caller->file->queues[slot], request.id);
	atomic_store(&caller->file->fences[slot], 0);
	if (request.id)
		close_id(caller, request.id);
	return 0;
}

static int queue_close(struct caller *caller)
{
	unsigned int slot;
	uint32_t id = pick_queue(caller, &slot);

	if (slot)
		atomic_store(&caller->file->queues[slot], 0);
	return close_id(caller, id);
}

static int queue_query(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_submitqueue_query, data, POINTER),
		FIELD(drm_msm_submitqueue_query, id, VALUE),
		FIELD(drm_msm_submitqueue_query, param, VALUE),
		FIELD(drm_msm_submitqueue_query, len, VALUE),
		FIELD(drm_msm_submitqueue_query, pad, VALUE),
	};
	unsigned int slot;
	uint64_t answer = 0;
	struct drm_msm_submitqueue_query request = {
		.id = pick_queue(caller, &slot),
		.len = pick(caller, sizeof(answer) + 1),
	};

	request.data =
		(uintptr_t)place_array(&caller->memory, &caller->random, &answer, sizeof(answer));
	return ISSUE(caller, DRM_IOCTL_MSM_SUBMITQUEUE_QUERY, &request, fields);
}

static int vm_bind(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_vm_bind, flags, VALUE),
		FIELD(drm_msm_vm_bind, nr_ops, VALUE),
		FIELD(drm_msm_vm_bind, fence_fd, VALUE),
		FIELD(drm_msm_vm_bind, queue_id, VALUE),
		FIELD(drm_msm_vm_bind, in_syncobjs, POINTER),
		FIELD(drm_msm_vm_bind, out_syncobjs, POINTER),
		FIELD(drm_msm_vm_bind, nr_in_syncobjs, VALUE),
		FIELD(drm_msm_vm_bind, nr_out_syncobjs, VALUE),
		FIELD(drm_msm_vm_bind, syncobj_stride, VALUE),
		FIELD(drm_msm_vm_bind, op_stride, VALUE),
		FIELD(drm_msm_vm_bind, op.op, VALUE),
		FIELD(drm_msm_vm_bind, op.handle, HANDLE),
		FIELD(drm_msm_vm_bind, op.obj_offset, VALUE),
		FIELD(drm_msm_vm_bind, op.range, VALUE),
	};
	unsigned int slot;
	struct drm_msm_vm_bind request = {
		.nr_ops = 1,
		.fence_fd = -1,
		.queue_id = pick_queue(caller, &slot),
		.syncobj_stride = sizeof(struct drm_msm_syncobj),
		.op_stride = sizeof(struct drm_msm_vm_bind_op),
		.op =
			{
				.op = pick(caller, 3),
				.handle = pick_buffer(caller),
				.iova = caller->world->memory +
					(uint64_t)pick(caller, 64) * PAGE_BYTES,
				.range = (1 + pick(caller, 4)) * PAGE_BYTES,
			},
	};

	return ISSUE(caller, DRM_IOCTL_MSM_VM_BIND, &request, fields);
}

/* Numbers that are the driver's, known or not, with whatever size. */
static int unknown(struct caller *caller)
{
	static const uint32_t not_free[] = {DRM_MSM_GEM_SUBMIT, DRM_MSM_GEM_NEW, DRM_MSM_GEM_INFO,
					    DRM_MSM_GEM_MADVISE};
	uint32_t number = pick(caller, DRM_COMMAND_END - DRM_COMMAND_BASE);
	unsigned char nothing[64] = {};
	unsigned char *argument =
		place_argument(&caller->memory, &caller->random, nothing, sizeof(nothing));
	int ret;

	/* What zeros mean to these, gem_calls.c and submit_calls.c say better. */
	for (size_t i = 0; i < sizeof(not_free) / sizeof(not_free[0]); i++) {
		if (number == not_free[i])
			return -EINVAL;
	}
	ret = issue_on(caller->fd,
		       _IOC(pick(caller, 4), DRM_IOCTL_BASE, DRM_COMMAND_BASE + number,
			    pick(caller, 1 << _IOC_SIZEBITS)),
		       argument);
	/* One that returns a file. */
	if (ret > 0)
		close(ret);
	return ret;
}

const struct call queue_calls[] = {
	{"GET_PARAM", 70, true, get_param},           {"SET_PARAM", 20, true, set_param},
	{"SUBMITQUEUE_NEW", 14, true, queue_new},     {"SUBMITQUEUE_CLOSE", 10, true, queue_close},
	{"SUBMITQUEUE_QUERY", 20, true, queue_query}, {"VM_BIND", 12, false, vm_bind},
	{"other numbers", 20, false, unknown},        {},
};
