// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defects 16 and 36: a job of more commands than the ring holds waits a second for the room of each
 * further packet, then writes over what is in flight, and in the end some commands were not run.
 */
#include "../fixture.h"

#define COUNT 1990
#define WORDS 4

TEST_F_TIMEOUT(msm, every_command_runs, 200)
{
	static struct drm_msm_gem_submit_cmd cmds[COUNT];
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, make_buffer(self->fd, COUNT * WORDS * 4, MSM_BO_WC, &job.code));
	ASSERT_EQ(0, make_buffer(self->fd, COUNT * 4, MSM_BO_WC, &job.memory));
	for (uint32_t i = 0; i < COUNT; i++) {
		cmds[i] = (struct drm_msm_gem_submit_cmd){.type = MSM_SUBMIT_CMD_BUF,
							  .submit_offset = job.words * 4,
							  .size = WORDS * 4};
		job_write(&job, i, i + 1);
	}
	job.bos[0].handle = job.code.handle;
	job.bos[1].handle = job.memory.handle;
	job.submit.cmds = (uintptr_t)cmds;
	job.submit.nr_cmds = COUNT;
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, wait_fence(self->fd, 0, job.submit.fence, 150 * 1000));
	for (uint32_t i = 0; i < COUNT; i++) {
		ASSERT_EQ(i + 1, job.memory.map[i]);
	}
}

TEST_HARNESS_MAIN
