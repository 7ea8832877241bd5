// SPDX-License-Identifier: GPL-2.0-only
/* Not in the list: two private buffers share a reservation, and are taken for one (EALREADY). */
#include "../fixture.h"

TEST_F(msm, two_private_buffers_are_two)
{
	struct drm_msm_gem_submit_bo bos[2] = {{MSM_SUBMIT_BO_READ}, {MSM_SUBMIT_BO_WRITE}};
	struct drm_msm_gem_submit submit = {
		.flags = MSM_PIPE_3D0, .nr_bos = 2, .bos = (uintptr_t)bos, .fence_fd = -1};

	if (!is_newer_than_6_12(self->fd))
		SKIP(return, "no private buffers");
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE, &bos[i].handle));
	}
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &submit));
	EXPECT_EQ(0, wait_fence(self->fd, 0, submit.fence, 5000));
}

TEST_HARNESS_MAIN
