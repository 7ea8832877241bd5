// SPDX-License-Identifier: GPL-2.0-only
/* Defect 34: SET_IOVA to a second address makes the kernel warn. */
#include "../fixture.h"

TEST_F(msm, a_second_address_is_refused)
{
	uint64_t start, size, iova;
	uint32_t handle;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_START, &start));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_SIZE, &size));
	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	iova = start + size / 2;
	ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_SET_IOVA, &iova));
	iova = start + size / 4;
	EXPECT_EQ(-EBUSY, gem_info(self->fd, handle, MSM_INFO_SET_IOVA, &iova));
}

TEST_HARNESS_MAIN
