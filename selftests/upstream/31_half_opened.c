// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 31: an open that finds no memory succeeds without the default queue; an address space that
 * cannot be made leaves counters corrupt behind.
 */
#include "../fail_nth.h"
#include "../fixture.h"

TEST_F_TIMEOUT(msm, a_file_is_whole_or_not_there, 120)
{
	if (!can_inject())
		SKIP(return, "no fault injection in this kernel");
	FOR_EACH_PASS(pass, failing)
	{
		struct drm_msm_gem_submit submit = {.flags = MSM_PIPE_3D0};
		uint64_t chip;
		int fd;

		fail_nth(pass);
		fd = open_msm();
		if (fd >= 0)
			get_param(fd, MSM_PARAM_CHIP_ID, &chip);
		failing = end_of_failing();
		if (fd < 0)
			continue;
		ASSERT_EQ(0, get_param(fd, MSM_PARAM_CHIP_ID, &chip)) TH_LOG("pass %d", pass);
		ASSERT_EQ(0, test_ioctl(fd, DRM_IOCTL_MSM_GEM_SUBMIT, &submit))
		TH_LOG("pass %d", pass);
		EXPECT_EQ(0, wait_fence(fd, 0, submit.fence, 5000));
		close(fd);
	}
}

TEST_HARNESS_MAIN
