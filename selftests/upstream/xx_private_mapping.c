// SPDX-License-Identifier: GPL-2.0-only
/* Not in the list: a MAP_PRIVATE mapping of page frames is a BUG when it is touched. */
#include "../fixture.h"

TEST_F(msm, no_private_mapping)
{
	struct drm_msm_gem_info offset = {.info = MSM_INFO_GET_OFFSET};
	volatile uint32_t *map;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &offset.handle));
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_INFO, &offset));
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, self->fd, offset.value);
	EXPECT_EQ(MAP_FAILED, map);
	if (map != MAP_FAILED)
		map[0] = 1;
}

TEST_HARNESS_MAIN
