// SPDX-License-Identifier: GPL-2.0-only
/* GEM_MADVISE: buffers that may be thrown away. */
#include "fixture.h"

static int advise(int fd, uint32_t handle, uint32_t madv, uint32_t *retained)
{
	struct drm_msm_gem_madvise request = {handle, madv, 0xdead};
	int ret = test_ioctl(fd, DRM_IOCTL_MSM_GEM_MADVISE, &request);

	*retained = request.retained;
	return ret;
}

TEST_F(msm, what_is_not_needed_is_retained_until_someone_takes_it)
{
	struct buffer buffer;
	uint32_t retained;

	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	buffer.map[0] = 6;
	EXPECT_EQ(0, advise(self->fd, buffer.handle, MSM_MADV_DONTNEED, &retained));
	EXPECT_EQ(1, retained);
	EXPECT_EQ(0, advise(self->fd, buffer.handle, MSM_MADV_WILLNEED, &retained));
	EXPECT_EQ(1, retained);
	EXPECT_EQ(6, buffer.map[0]);
}

TEST_F(msm, what_is_not_needed_is_not_used)
{
	uint32_t retained;
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 7);
	ASSERT_EQ(0, advise(self->fd, job.memory.handle, MSM_MADV_DONTNEED, &retained));
	EXPECT_EQ(-EBUSY, job_submit(&job));
	ASSERT_EQ(0, advise(self->fd, job.memory.handle, MSM_MADV_WILLNEED, &retained));
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(7, job.memory.map[0]);
}

TEST_F(msm, bad_arguments)
{
	struct buffer buffer;
	uint32_t retained;

	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	EXPECT_EQ(-EINVAL, advise(self->fd, buffer.handle, __MSM_MADV_PURGED, &retained));
	EXPECT_EQ(-EINVAL, advise(self->fd, 0, 3, &retained));
	EXPECT_EQ(-ENOENT, advise(self->fd, 0, MSM_MADV_WILLNEED, &retained));
	EXPECT_EQ(-ENOENT, advise(self->fd, 0xffffffff, MSM_MADV_DONTNEED, &retained));
}

TEST_HARNESS_MAIN
