// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 33: an imported buffer that is still mapped, and in use, when its process ends: its
 * reservation is the exporter's, and must not be locked again by what takes the address space down.
 */
#include <signal.h>
#include <sys/wait.h>

#include "../fixture.h"
#include "../foreign.h"
#include "../msm_job.h"

/* Uses the buffer in a job that waits for its fence, says so, and waits to be killed. */
static void use(struct foreign *foreign, int tell)
{
	struct drm_msm_gem_submit_bo bos[3] = {};
	int fd = open_client();
	struct job job;

	if (fd < 0 || job_init(&job, fd) || foreign_import(foreign, fd, &bos[2].handle))
		_exit(1);
	memcpy(bos, job.bos, sizeof(job.bos));
	bos[2].flags = MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE;
	job_write(&job, 0, 1);
	job.submit.bos = (uintptr_t)bos;
	job.submit.nr_bos = 3;
	if (job_submit(&job) || write(tell, "", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

TEST_F(msm, killed_with_an_imported_buffer)
{
	struct foreign foreign;
	struct job job;

	if (foreign_open(&foreign))
		SKIP(return, "no vgem");
	for (int i = 0; i < 3; i++) {
		int fence = -EBUSY, status, pipes[2];
		pid_t child;
		char byte;

		/* The job of the one before has to be over. */
		for (int ms = 0; ms < 5000 && fence == -EBUSY; ms += 10) {
			usleep(ms ? 10000 : 0);
			fence = foreign_busy(&foreign);
		}
		ASSERT_GT(fence, 0);
		ASSERT_EQ(0, pipe(pipes));
		child = fork();
		if (!child)
			use(&foreign, pipes[1]);
		close(pipes[1]);
		ASSERT_EQ(1, read(pipes[0], &byte, 1));
		close(pipes[0]);
		/* The fence signals after the end of the process, or before it. */
		if (i % 2)
			EXPECT_EQ(0, foreign_done(&foreign, fence));
		kill(child, SIGKILL);
		if (i % 2 == 0) {
			usleep(100000);
			EXPECT_EQ(0, foreign_done(&foreign, fence));
		}
		ASSERT_EQ(child, waitpid(child, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
	}
	foreign_close(&foreign);

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(1, job.memory.map[0]);
}

TEST_HARNESS_MAIN
