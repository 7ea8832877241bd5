// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 35: after a submit that found no memory the same submit succeeds, but what its job writes
 * is lost: a buffer counts as mapped that is not.
 */
#include "../fail_nth.h"
#include "../fixture.h"

TEST_F_TIMEOUT(msm, a_repeated_submit_has_its_effect, 120)
{
	if (!can_inject())
		SKIP(return, "no fault injection in this kernel");
	FOR_EACH_PASS(pass, failing)
	{
		int fd = open_msm(), ret;
		struct job job;
		uint64_t chip;

		ASSERT_GE(fd, 0);
		ASSERT_EQ(0, get_param(fd, MSM_PARAM_CHIP_ID, &chip));
		ASSERT_EQ(0, job_init(&job, fd));
		job_write(&job, 1, pass);
		fail_nth(pass);
		ret = job_submit(&job);
		failing = end_of_failing();
		if (ret) {
			ASSERT_EQ(0, job_submit(&job)) TH_LOG("after pass %d", pass);
		}
		ASSERT_EQ(0, job_finish(&job));
		ASSERT_EQ((uint32_t)pass, job.memory.map[1]) TH_LOG("pass %d", pass);
		munmap((void *)job.code.map, job.code.size);
		munmap((void *)job.memory.map, job.memory.size);
		close(fd);
	}
}

TEST_HARNESS_MAIN
