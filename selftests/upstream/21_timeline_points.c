// SPDX-License-Identifier: GPL-2.0-only
/* Defect 21: of a timeline's point only the low 32 bits are waited for. */
#include "../fixture.h"
#include "../foreign.h"

TEST_F(msm, a_point_beyond_32_bits)
{
	const uint64_t early = 5, late = 0x100000005;
	struct drm_syncobj_timeline_array signal = {.points = (uintptr_t)&early,
						    .count_handles = 1};
	struct drm_msm_syncobj sync = {.point = late};
	struct drm_msm_gem_submit_bo bo = {MSM_SUBMIT_BO_READ};
	struct drm_msm_gem_submit first = {.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_OUT,
					   .nr_bos = 1,
					   .bos = (uintptr_t)&bo,
					   .nr_out_syncobjs = 1,
					   .out_syncobjs = (uintptr_t)&sync,
					   .syncobj_stride = sizeof(sync)};
	struct drm_msm_gem_submit second = {.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_IN,
					    .nr_in_syncobjs = 1,
					    .in_syncobjs = (uintptr_t)&sync,
					    .syncobj_stride = sizeof(sync)};
	struct foreign foreign;
	int fence;

	if (!has_timelines(self->fd))
		SKIP(return, "no timelines");
	if (foreign_open(&foreign))
		SKIP(return, "no vgem");
	ASSERT_EQ(0, foreign_import(&foreign, self->fd, &bo.handle));
	ASSERT_EQ(0, syncobj_new(self->fd, false, &sync.handle));
	signal.handles = (uintptr_t)&sync.handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, &signal));

	/* Blocked before it comes to the ring, where it would stand in the second one's way. */
	fence = foreign_busy(&foreign);
	ASSERT_GT(fence, 0);
	ASSERT_EQ(0, queue_new(self->fd, 2, 0, &first.queueid));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &second.queueid));
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &first));
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &second));
	EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, second.queueid, second.fence, 200));
	ASSERT_EQ(0, foreign_done(&foreign, fence));
	EXPECT_EQ(0, wait_fence(self->fd, second.queueid, second.fence, 5000));
	foreign_close(&foreign);
}

TEST_HARNESS_MAIN
