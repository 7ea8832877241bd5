// SPDX-License-Identifier: GPL-2.0-only
/*
 * GEM_SUBMIT, with commands of the ground and buffers of all kinds.
 *
 * What is executed is good, unless the run is to have harmful jobs: commands are spoilt only in ways
 * that must be refused, or that execute another part of what does nothing.
 */
#include "caller.h"

#include <string.h>

#include <drm/msm_drm.h>

enum { MAX_BOS = 40, MAX_CMDS = 64, MAX_SYNCOBJS = 6 };

/** struct draft - a submit and its arrays, before they are placed */
struct draft {
	struct drm_msm_gem_submit submit;
	struct drm_msm_gem_submit_bo bos[MAX_BOS];
	struct drm_msm_gem_submit_cmd cmds[MAX_CMDS];
	struct drm_msm_syncobj in[MAX_SYNCOBJS], out[MAX_SYNCOBJS];
};

static uint32_t pick_bo_flags(struct caller *caller)
{
	uint32_t flags = 1 + pick(caller, 3);

	if (chance(caller, 4))
		flags |= MSM_SUBMIT_BO_DUMP;
	if (chance(caller, 4))
		flags |= MSM_SUBMIT_BO_NO_IMPLICIT;
	if (chance(caller, 128))
		flags = boundary(&caller->random);
	return flags;
}

/*
 * Returns the index of the code. The memory stands before it: a spoilt count that leaves out the
 * memory leaves out the code, too, and is refused. Else commands would write to what the job does not
 * hold, and which goes meanwhile if the file is closed.
 */
static uint32_t draft_bos(struct caller *caller, struct draft *draft)
{
	uint32_t count = 2 + pick(caller, chance(caller, 16) ? MAX_BOS - 1 : 3);
	uint32_t code = 1 + pick(caller, count - 1), memory = pick(caller, code);

	for (uint32_t i = 0; i < count; i++)
		draft->bos[i] = (struct drm_msm_gem_submit_bo){
			.flags = pick_bo_flags(caller),
			.handle = pick_buffer(caller),
			.presumed = chance(caller, 8) ? boundary(&caller->random) : 0,
		};
	draft->bos[code].handle = CODE;
	draft->bos[memory].handle = MEMORY;
	draft->submit.nr_bos = count;
	return code;
}

static struct drm_msm_gem_submit_cmd good_command(struct caller *caller, uint32_t code)
{
	static const uint32_t types[] = {MSM_SUBMIT_CMD_BUF, MSM_SUBMIT_CMD_BUF,
					 MSM_SUBMIT_CMD_IB_TARGET_BUF,
					 MSM_SUBMIT_CMD_CTX_RESTORE_BUF};
	struct drm_msm_gem_submit_cmd cmd = {
		.type = RANDOM_OF(&caller->random, types),
		.submit_idx = code,
	};
	uint32_t unit = chance(caller, 2) ? 4 : WRITE_BYTES;
	uint32_t first = pick(caller, PAGE_BYTES / unit);

	cmd.submit_offset = first * unit;
	cmd.size = (1 + pick(caller, PAGE_BYTES / unit - first)) * unit;
	/* Long ones take long. */
	if (cmd.size > 16 * unit)
		cmd.size = 16 * unit;
	if (unit == WRITE_BYTES)
		cmd.submit_offset += PAGE_BYTES;
	return cmd;
}

/* Refused, or as good as ever. */
static void spoil_command(struct caller *caller, struct drm_msm_gem_submit_cmd *cmd)
{
	switch (pick(caller, 6)) {
	case 0:
		cmd->type = chance(caller, 2) ? 0 : 4 + pick(caller, 1000);
		break;
	case 1:
		cmd->submit_idx = MAX_BOS + boundary(&caller->random) % 0xffffff00;
		break;
	case 2:
		cmd->submit_offset |= 1 + pick(caller, 3);
		break;
	case 3:
		cmd->size = chance(caller, 2) ? 0 : CODE_BYTES + 4 + 4 * pick(caller, 1000);
		break;
	case 4:
		cmd->submit_offset = 0u - 4 * (1 + pick(caller, 1000));
		break;
	case 5:
		cmd->nr_relocs = boundary(&caller->random);
		cmd->relocs = bad_address(&caller->memory, &caller->random);
		break;
	}
}

/* A fault every other time: it costs little, while a hang keeps everyone waiting. */
static struct drm_msm_gem_submit_cmd harmful_command(struct caller *caller, uint32_t code)
{
	const uint32_t slot = chance(caller, 2) ? FAULT : pick(caller, HARMS);

	return (struct drm_msm_gem_submit_cmd){
		.type = MSM_SUBMIT_CMD_BUF,
		.submit_idx = code,
		.submit_offset = HARMS_AT + slot * HARM_BYTES,
		.size = HARM_BYTES,
	};
}

static void draft_commands(struct caller *caller, struct draft *draft, uint32_t code)
{
	uint32_t count = pick(caller, chance(caller, 16) ? MAX_CMDS + 1 : 4);

	for (uint32_t i = 0; i < count; i++)
		draft->cmds[i] = good_command(caller, code);
	if (count && caller->world->harm_every && chance(caller, caller->world->harm_every))
		draft->cmds[pick(caller, count)] = harmful_command(caller, code);
	if (count && chance(caller, 12))
		spoil_command(caller, &draft->cmds[pick(caller, count)]);
	draft->submit.nr_cmds = count;
}

/* @flags: those that may be set */
static uint32_t draft_syncobjs(struct caller *caller, struct drm_msm_syncobj *syncobjs,
			       uint32_t flags)
{
	uint32_t count = 1 + pick(caller, chance(caller, 8) ? MAX_SYNCOBJS : 2);

	for (uint32_t i = 0; i < count; i++)
		syncobjs[i] = (struct drm_msm_syncobj){
			.handle = pick_syncobj(caller),
			.flags = chance(caller, 32) ? boundary(&caller->random)
						    : flags & pick(caller, 2),
			.point = pick_point(caller),
		};
	return count;
}

static void draft_flags(struct caller *caller, struct draft *draft, unsigned int queue)
{
	struct drm_msm_gem_submit *submit = &draft->submit;

	submit->flags = MSM_PIPE_3D0;
	if (chance(caller, 4))
		submit->flags |= MSM_SUBMIT_NO_IMPLICIT;
	if (chance(caller, 12)) {
		submit->flags |= MSM_SUBMIT_FENCE_FD_IN;
		submit->fence_fd = pick_fd(caller, caller->world->sync_files);
	}
	if (chance(caller, 8))
		submit->flags |= MSM_SUBMIT_FENCE_FD_OUT;
	if (chance(caller, 10)) {
		submit->flags |= MSM_SUBMIT_SYNCOBJ_IN;
		submit->nr_in_syncobjs = draft_syncobjs(caller, draft->in, MSM_SYNCOBJ_RESET);
	}
	if (chance(caller, 4)) {
		submit->flags |= MSM_SUBMIT_SYNCOBJ_OUT;
		submit->nr_out_syncobjs = draft_syncobjs(caller, draft->out, 0);
	}
	if (chance(caller, 32)) {
		submit->flags |= MSM_SUBMIT_FENCE_SN_IN;
		submit->fence = atomic_load(&caller->file->fences[queue]) + pick(caller, 8) - 2;
		if (chance(caller, 16))
			submit->fence = boundary(&caller->random);
	}
}

static uint64_t place(struct caller *caller, const void *array, size_t size)
{
	return (uintptr_t)place_array(&caller->memory, &caller->random, array, size);
}

/* The commands last: what stands behind an array that is said to be longer must not be one. */
static void place_arrays(struct caller *caller, struct draft *draft)
{
	struct drm_msm_gem_submit *submit = &draft->submit;

	submit->bos = place(caller, draft->bos, submit->nr_bos * sizeof(draft->bos[0]));
	submit->in_syncobjs =
		place(caller, draft->in, submit->nr_in_syncobjs * sizeof(draft->in[0]));
	submit->out_syncobjs =
		place(caller, draft->out, submit->nr_out_syncobjs * sizeof(draft->out[0]));
	submit->cmds = place(caller, draft->cmds, submit->nr_cmds * sizeof(draft->cmds[0]));
}

static int gem_submit(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_gem_submit, flags, VALUE),
		FIELD(drm_msm_gem_submit, fence, VALUE),
		FIELD(drm_msm_gem_submit, nr_bos, VALUE),
		FIELD(drm_msm_gem_submit, nr_cmds, VALUE),
		FIELD(drm_msm_gem_submit, bos, POINTER),
		FIELD(drm_msm_gem_submit, cmds, POINTER),
		FIELD(drm_msm_gem_submit, fence_fd, VALUE),
		FIELD(drm_msm_gem_submit, queueid, VALUE),
		FIELD(drm_msm_gem_submit, in_syncobjs, POINTER),
		FIELD(drm_msm_gem_submit, out_syncobjs, POINTER),
		FIELD(drm_msm_gem_submit, nr_in_syncobjs, VALUE),
		FIELD(drm_msm_gem_submit, nr_out_syncobjs, VALUE),
		FIELD(drm_msm_gem_submit, syncobj_stride, VALUE),
		FIELD(drm_msm_gem_submit, pad, VALUE),
	};
	struct draft draft = {
		.submit = {.fence_fd = -1, .syncobj_stride = sizeof(struct drm_msm_syncobj)},
	};
	struct drm_msm_gem_submit *submit = &draft.submit;
	unsigned int queue;
	int ret;

	submit->queueid = pick_queue(caller, &queue);
	draft_commands(caller, &draft, draft_bos(caller, &draft));
	draft_flags(caller, &draft, queue);
	place_arrays(caller, &draft);
	ret = ISSUE(caller, DRM_IOCTL_MSM_GEM_SUBMIT, submit, fields);
	if (ret)
		return ret;
	atomic_store(&caller->file->fences[queue], submit->fence);
	if (submit->flags & MSM_SUBMIT_FENCE_FD_OUT)
		keep_fd(caller, caller->world->sync_files, submit->fence_fd);
	return 0;
}

static int wait_fence(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_wait_fence, fence, VALUE),
		FIELD(drm_msm_wait_fence, flags, VALUE),
		FIELD(drm_msm_wait_fence, timeout.tv_sec, VALUE),
		FIELD(drm_msm_wait_fence, timeout.tv_nsec, VALUE),
		FIELD(drm_msm_wait_fence, queueid, VALUE),
	};
	unsigned int queue;
	struct drm_msm_wait_fence request = {
		.queueid = pick_queue(caller, &queue),
		.flags = pick(caller, 2),
	};
	int64_t ns = pick_deadline(caller);

	request.fence = atomic_load(&caller->file->fences[queue]) - pick(caller, 4);
	request.timeout.tv_sec = ns / 1000000000;
	request.timeout.tv_nsec = ns % 1000000000;
	return ISSUE(caller, DRM_IOCTL_MSM_WAIT_FENCE, &request, fields);
}

const struct call submit_calls[] = {
	{"GEM_SUBMIT", 60, true, gem_submit},
	{"WAIT_FENCE", 50, true, wait_fence},
	{},
};
