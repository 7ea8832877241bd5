// SPDX-License-Identifier: GPL-2.0-only
/* GEM_CPU_PREP and GEM_CPU_FINI: waiting for the GPU to be done with a buffer. */
#include "fixture.h"

TEST_F(msm, an_idle_buffer_is_ready)
{
	struct buffer buffer;

	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	EXPECT_EQ(0, cpu_prep(self->fd, buffer.handle, MSM_PREP_READ, in_ms(0)));
	EXPECT_EQ(0, cpu_fini(self->fd, buffer.handle));
	EXPECT_EQ(0, cpu_prep(self->fd, buffer.handle, MSM_PREP_WRITE | MSM_PREP_NOSYNC, in_ms(0)));
	EXPECT_EQ(0, cpu_prep(self->fd, buffer.handle,
			      MSM_PREP_READ | MSM_PREP_WRITE | MSM_PREP_BOOST, in_ms(1000)));
}

TEST_F(msm, bad_arguments)
{
	struct buffer buffer;

	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	EXPECT_EQ(-EINVAL, cpu_prep(self->fd, buffer.handle, 0x10, in_ms(0)));
	EXPECT_EQ(-EINVAL, cpu_prep(self->fd, 0, 0x80000000, in_ms(0)));
	EXPECT_EQ(-ENOENT, cpu_prep(self->fd, 0, MSM_PREP_READ, in_ms(0)));
	EXPECT_EQ(-ENOENT, cpu_prep(self->fd, 0xffffffff, MSM_PREP_READ, in_ms(0)));
	EXPECT_EQ(-ENOENT, cpu_fini(self->fd, 0xffffffff));
	EXPECT_EQ(-EFAULT, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_CPU_PREP, (void *)1));
}

/* While the GPU writes: busy for whoever asks, until it is done. */
TEST_F(msm, a_buffer_the_gpu_writes)
{
	struct job job;
	long start;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	job_write(&job, 1, 77);
	ASSERT_EQ(0, job_submit(&job));

	EXPECT_EQ(-EBUSY, cpu_prep(self->fd, job.memory.handle, MSM_PREP_READ | MSM_PREP_NOSYNC,
				   in_ms(1000)));
	EXPECT_EQ(-EBUSY, cpu_prep(self->fd, job.memory.handle, MSM_PREP_READ, in_ms(0)));
	EXPECT_EQ(-EBUSY, cpu_prep(self->fd, job.memory.handle, MSM_PREP_WRITE, in_ms(-1000)));
	start = now_ms();
	EXPECT_EQ(-ETIMEDOUT, cpu_prep(self->fd, job.memory.handle, MSM_PREP_READ, in_ms(100)));
	EXPECT_GE(now_ms() - start, 90);

	job.memory.map[0] = 1;
	EXPECT_EQ(0, cpu_prep(self->fd, job.memory.handle, MSM_PREP_READ, in_ms(5000)));
	EXPECT_EQ(77, job.memory.map[1]);
	EXPECT_EQ(0, cpu_fini(self->fd, job.memory.handle));
}

/* While the GPU reads, others may read but not write. */
TEST_F(msm, a_buffer_the_gpu_reads)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));

	EXPECT_EQ(0, cpu_prep(self->fd, job.code.handle, MSM_PREP_READ, in_ms(0)));
	EXPECT_EQ(-EBUSY, cpu_prep(self->fd, job.code.handle, MSM_PREP_WRITE, in_ms(0)));
	job.memory.map[0] = 1;
	EXPECT_EQ(0, cpu_prep(self->fd, job.code.handle, MSM_PREP_WRITE, in_ms(5000)));
}

/* An absurd time is far away, not past. */
TEST_F(msm, the_last_time_there_is)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0, cpu_prep(self->fd, job.memory.handle, MSM_PREP_READ,
			      (struct drm_msm_timespec){INT64_MAX, 0}));
	EXPECT_EQ(1, job.memory.map[0]);
}

TEST_HARNESS_MAIN
