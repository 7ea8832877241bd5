// SPDX-License-Identifier: GPL-2.0-only
/* Defect 5: a submit as a file's first ioctl finds no address space, and oopses. */
#include "../msm_test.h"
#include "kselftest_harness.h"

TEST(submit_first)
{
	struct drm_msm_gem_submit submit = {.flags = MSM_PIPE_3D0};
	int fd = open_msm();

	ASSERT_GE(fd, 0);
	EXPECT_EQ(0, test_ioctl(fd, DRM_IOCTL_MSM_GEM_SUBMIT, &submit));
	EXPECT_EQ(0, wait_fence(fd, 0, submit.fence, 5000));
	close(fd);
}

TEST_HARNESS_MAIN
