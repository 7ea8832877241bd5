// SPDX-License-Identifier: GPL-2.0-only
/* Defect 29: closing a buffer waits for its jobs, and so for whoever those wait for. */
#include "../fixture.h"
#include "../foreign.h"

TEST_F_TIMEOUT(msm, closing_a_buffer_of_a_blocked_job, 60)
{
	struct drm_msm_gem_submit_bo bos[3];
	struct foreign foreign;
	uint32_t handle;
	struct job job;
	long start;
	int fence;

	if (foreign_open(&foreign))
		SKIP(return, "no vgem");
	ASSERT_EQ(0, foreign_import(&foreign, self->fd, &handle));
	ASSERT_EQ(0, job_init(&job, self->fd));
	memcpy(bos, job.bos, sizeof(job.bos));
	bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ, handle};
	job_write(&job, 0, 1);
	job.submit.bos = (uintptr_t)bos;
	job.submit.nr_bos = 3;
	fence = foreign_busy(&foreign);
	ASSERT_GT(fence, 0);
	ASSERT_EQ(0, job_submit(&job));

	start = now_ms();
	EXPECT_EQ(0, gem_close(self->fd, job.memory.handle));
	/* vgem gives up after ten seconds. */
	EXPECT_LT(now_ms() - start, 5000);
	foreign_done(&foreign, fence);
	EXPECT_EQ(0, job_finish(&job));
	foreign_close(&foreign);
}

TEST_HARNESS_MAIN
