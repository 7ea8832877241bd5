// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 2: a FENCE_SN_IN number from 2^31 on is taken for an error of the driver's own. The submit
 * fails, but its slot stays, and leads WAIT_FENCE to a fence that is freed.
 */
#include "../fixture.h"

TEST_F(msm, a_number_with_the_high_bit)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	job.submit.flags |= MSM_SUBMIT_FENCE_SN_IN;
	job.submit.fence = 0x80000001;
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0x80000001, job.submit.fence);
	EXPECT_EQ(0, job_finish(&job));
}

TEST_HARNESS_MAIN
