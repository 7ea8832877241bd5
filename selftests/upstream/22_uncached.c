// SPDX-License-Identifier: GPL-2.0-only
/* Defect 22: UNCACHED is to be taken as write-combined, but its new value is lost on the way. */
#include "../fixture.h"

TEST_F(msm, uncached_is_write_combined)
{
	uint64_t flags = 0;
	uint32_t handle;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_UNCACHED, &handle));
	ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_FLAGS, &flags));
	EXPECT_EQ(MSM_BO_WC, flags);
}

TEST_HARNESS_MAIN
