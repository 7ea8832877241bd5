// SPDX-License-Identifier: GPL-2.0-only
/* Defect 5: a private buffer as a file's first ioctl has no address space to be private to. */
#include "../msm_test.h"
#include "kselftest_harness.h"

TEST(private_buffer_first)
{
	int fd = open_msm();
	uint32_t handle;

	ASSERT_GE(fd, 0);
	if (!is_newer_than_6_12(fd))
		SKIP(return, "no private buffers");
	EXPECT_EQ(0, gem_new(fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE, &handle));
	EXPECT_EQ(0, gem_close(fd, handle));
	close(fd);
}

TEST_HARNESS_MAIN
