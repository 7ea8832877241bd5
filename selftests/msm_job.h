/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Jobs for the tests: commands written by the CPU into a buffer, and the submit that runs them.
 */
#pragma once

#include "msm_test.h"

enum packet {
#define PACKET(name, opcode) name = opcode,
#include "driver/adreno/pm4_packets.def"
};

/** struct job - a submit with two buffers: its commands, and the memory they work on */
struct job {
	int fd;
	struct buffer code;
	struct buffer memory;
	uint32_t words;
	struct drm_msm_gem_submit_bo bos[2];
	struct drm_msm_gem_submit_cmd cmd;
	struct drm_msm_gem_submit submit;
};

/** job_init() - an empty job whose memory is one page; 0 or -errno */
static inline int job_init(struct job *job, int fd)
{
	int ret;

	*job = (struct job){.fd = fd};
	ret = make_buffer(fd, PAGE, MSM_BO_WC, &job->code);
	if (!ret)
		ret = make_buffer(fd, PAGE, MSM_BO_WC, &job->memory);
	job->bos[0] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ, job->code.handle,
						     job->code.iova};
	job->bos[1] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE,
						     job->memory.handle, job->memory.iova};
	job->cmd = (struct drm_msm_gem_submit_cmd){.type = MSM_SUBMIT_CMD_BUF};
	job->submit = (struct drm_msm_gem_submit){
		.flags = MSM_PIPE_3D0,
		.nr_bos = 2,
		.nr_cmds = 1,
		.bos = (uintptr_t)job->bos,
		.cmds = (uintptr_t)&job->cmd,
		.fence_fd = -1,
		.syncobj_stride = sizeof(struct drm_msm_syncobj),
	};
	return ret;
}

/** job_free() - gives back what job_init() made, which the GPU may still use */
static inline void job_free(struct job *job)
{
	struct buffer *const buffers[] = {&job->code, &job->memory};

	for (int i = 0; i < 2; i++) {
		munmap((void *)buffers[i]->map, buffers[i]->size);
		gem_close(job->fd, buffers[i]->handle);
	}
}

static inline void job_word(struct job *job, uint32_t word)
{
	job->code.map[job->words++] = word;
	job->cmd.size = job->words * 4;
}

static inline void job_address(struct job *job, uint64_t address)
{
	job_word(job, address);
	job_word(job, address >> 32);
}

static inline uint32_t odd_parity(uint32_t value)
{
	return !__builtin_parity(value);
}

/** job_packet() - the header of a packet with @count words, which must follow */
static inline void job_packet(struct job *job, enum packet opcode, uint32_t count)
{
	job_word(job, 7u << 28 | odd_parity(opcode) << 23 | opcode << 16 | odd_parity(count) << 15 |
			      count);
}

/** job_write() - writes @value to word @index of the memory */
static inline void job_write(struct job *job, uint32_t index, uint32_t value)
{
	job_packet(job, CP_MEM_WRITE, 3);
	job_address(job, job->memory.iova + index * 4);
	job_word(job, value);
}

/**
 * job_wait() - waits until word @index of the memory is not 0
 *
 * The CPU lets it go on by writing there; much later than some hundred milliseconds the driver
 * takes it for a hang.
 */
static inline void job_wait(struct job *job, uint32_t index)
{
	const uint32_t not_equal = 4, in_memory = 1 << 4;

	job_packet(job, CP_WAIT_REG_MEM, 6);
	job_word(job, not_equal | in_memory);
	job_address(job, job->memory.iova + index * 4);
	job_word(job, 0);
	job_word(job, 0xffffffff);
	job_word(job, 16);
}

/** job_submit() - 0 or -errno; afterwards submit.fence and submit.fence_fd are the driver's */
static inline int job_submit(struct job *job)
{
	return test_ioctl(job->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &job->submit);
}

/** job_finish() - waits for the last submit; 0 or -errno */
static inline int job_finish(struct job *job)
{
	return wait_fence(job->fd, job->submit.queueid, job->submit.fence, 30000);
}

/** job_occupy() - keeps the GPU busy until job_release(); 0 or -errno */
static inline int job_occupy(struct job *job)
{
	job->words = 0;
	job->memory.map[0] = 0;
	job_wait(job, 0);
	return job_submit(job);
}

/** job_release() - and waits for its end; 0 or -errno */
static inline int job_release(struct job *job)
{
	job->memory.map[0] = 1;
	return job_finish(job);
}
