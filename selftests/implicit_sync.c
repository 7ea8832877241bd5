// SPDX-License-Identifier: GPL-2.0-only
/* Implicit synchronisation with others: through the fences that a dma-buf carries. */
#include <linux/dma-buf.h>
#include <linux/sync_file.h>

#include "fixture.h"
#include "foreign.h"

FIXTURE(implicit)
{
	struct job job;
	struct foreign foreign;
	struct drm_msm_gem_submit_bo bos[3];
	uint32_t handle;
};

/* A job that names an imported buffer as read, besides what it needs itself. */
FIXTURE_SETUP(implicit)
{
	int ret = foreign_open(&self->foreign), fd = open_msm();
	uint64_t chip;

	if (ret == -ENODEV)
		SKIP(return, "no vgem");
	ASSERT_EQ(0, ret);
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, get_param(fd, MSM_PARAM_CHIP_ID, &chip));
	ASSERT_EQ(0, foreign_import(&self->foreign, fd, &self->handle));
	ASSERT_EQ(0, job_init(&self->job, fd));
	job_write(&self->job, 0, 1);
	memcpy(self->bos, self->job.bos, sizeof(self->job.bos));
	self->bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ, self->handle};
	self->job.submit.bos = (uintptr_t)self->bos;
	self->job.submit.nr_bos = 3;
	self->job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
}

FIXTURE_TEARDOWN(implicit)
{
	close(self->job.fd);
	foreign_close(&self->foreign);
}

TEST_F(implicit, a_job_waits_for_who_writes)
{
	struct job *job = &self->job;
	int fence = foreign_busy(&self->foreign);

	ASSERT_GT(fence, 0);
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(0, fence_fd_signalled(job->submit.fence_fd, 50));
	EXPECT_EQ(0, job->memory.map[0]);
	ASSERT_EQ(0, foreign_done(&self->foreign, fence));
	EXPECT_EQ(1, fence_fd_signalled(job->submit.fence_fd, 5000));
	EXPECT_EQ(1, job->memory.map[0]);
	close(job->submit.fence_fd);
}

TEST_F(implicit, not_if_the_job_does_not_want_to)
{
	struct job *job = &self->job;
	int fence = foreign_busy(&self->foreign);

	ASSERT_GT(fence, 0);
	job->submit.flags |= MSM_SUBMIT_NO_IMPLICIT;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(1, fence_fd_signalled(job->submit.fence_fd, 5000));
	EXPECT_EQ(1, job->memory.map[0]);
	close(job->submit.fence_fd);
	ASSERT_EQ(0, foreign_done(&self->foreign, fence));
}

TEST_F(implicit, not_for_a_buffer_it_does_not_want_to_wait_for)
{
	struct job *job = &self->job;
	int fence = foreign_busy(&self->foreign);

	ASSERT_GT(fence, 0);
	self->bos[2].flags |= MSM_SUBMIT_BO_NO_IMPLICIT;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(1, fence_fd_signalled(job->submit.fence_fd, 5000));
	EXPECT_EQ(1, job->memory.map[0]);
	close(job->submit.fence_fd);
	ASSERT_EQ(0, foreign_done(&self->foreign, fence));
}

TEST_F(implicit, the_cpu_waits_as_well)
{
	struct job *job = &self->job;
	int fence = foreign_busy(&self->foreign);

	ASSERT_GT(fence, 0);
	EXPECT_EQ(-EBUSY,
		  cpu_prep(job->fd, self->handle, MSM_PREP_READ | MSM_PREP_NOSYNC, in_ms(1000)));
	EXPECT_EQ(-ETIMEDOUT, cpu_prep(job->fd, self->handle, MSM_PREP_WRITE, in_ms(50)));
	ASSERT_EQ(0, foreign_done(&self->foreign, fence));
	EXPECT_EQ(0, cpu_prep(job->fd, self->handle, MSM_PREP_WRITE, in_ms(5000)));
}

/* 1 if it went well, 0 while it is pending, or the fence's error */
static int fence_status(int fence)
{
	struct sync_fence_info infos[4] = {};
	struct sync_file_info request = {.num_fences = ARRAY_SIZE(infos),
					 .sync_fence_info = (uintptr_t)infos};
	int ret = test_ioctl(fence, SYNC_IOC_FILE_INFO, &request);

	return ret ? ret : infos[0].status;
}

/* A blocked job's file is closed: nobody waits for it, and its fence tells that nothing was done. */
TEST_F(implicit, a_blocked_job_and_its_file_closed)
{
	struct job *job = &self->job;
	int fence = foreign_busy(&self->foreign);
	long start = now_ms();

	ASSERT_GT(fence, 0);
	if (is_newer_upstream(job->fd))
		SKIP(return, "upstream's close waits for the job, and so for vgem");
	ASSERT_EQ(0, job_submit(job));
	/* Mappings keep the file open. */
	munmap((void *)job->code.map, job->code.size);
	munmap((void *)job->memory.map, job->memory.size);
	close(job->fd);
	EXPECT_LT(now_ms() - start, 3000);
	EXPECT_EQ(0, fence_fd_signalled(job->submit.fence_fd, 0));
	ASSERT_EQ(0, foreign_done(&self->foreign, fence));
	EXPECT_EQ(1, fence_fd_signalled(job->submit.fence_fd, 5000));
	if (is_msmxx()) {
		EXPECT_EQ(-ECANCELED, fence_status(job->submit.fence_fd));
	}
	close(job->submit.fence_fd);
	job->fd = -1;
}

static int export_sync_file(int dma_buf, uint32_t flags)
{
	struct dma_buf_export_sync_file request = {.flags = flags};
	int ret = test_ioctl(dma_buf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &request);

	return ret ? ret : request.fd;
}

static int import_sync_file(int dma_buf, uint32_t flags, int fd)
{
	struct dma_buf_import_sync_file request = {flags, fd};

	return test_ioctl(dma_buf, DMA_BUF_IOCTL_IMPORT_SYNC_FILE, &request);
}

/* What a job does with an exported buffer is known to whoever has the dma-buf. */
TEST_F(implicit, fences_of_jobs_come_out_of_a_dma_buf)
{
	struct job *job = &self->job;
	int dma_buf = prime_export(job->fd, job->memory.handle), reading, writing, fence;

	ASSERT_GE(dma_buf, 0);
	fence = foreign_busy(&self->foreign);
	ASSERT_GT(fence, 0);
	ASSERT_EQ(0, job_submit(job));

	/* The job writes its memory: readers and writers have to wait. */
	reading = export_sync_file(dma_buf, DMA_BUF_SYNC_READ);
	writing = export_sync_file(dma_buf, DMA_BUF_SYNC_WRITE);
	ASSERT_GE(reading, 0);
	ASSERT_GE(writing, 0);
	EXPECT_EQ(0, fence_fd_signalled(reading, 0));
	EXPECT_EQ(0, fence_fd_signalled(writing, 0));
	ASSERT_EQ(0, foreign_done(&self->foreign, fence));
	EXPECT_EQ(1, fence_fd_signalled(reading, 5000));
	EXPECT_EQ(1, fence_fd_signalled(writing, 5000));
	close(reading);
	close(writing);
	close(dma_buf);
	close(job->submit.fence_fd);
}

TEST_F(implicit, fences_go_into_a_dma_buf)
{
	struct job *first = &self->job, second;
	int dma_buf, fence;

	ASSERT_EQ(0, job_init(&second, first->fd));
	job_write(&second, 0, 2);
	dma_buf = prime_export(first->fd, second.memory.handle);
	ASSERT_GE(dma_buf, 0);
	fence = foreign_busy(&self->foreign);
	ASSERT_GT(fence, 0);
	/* Another queue, so that only the buffer orders the two. */
	ASSERT_EQ(0, queue_new(first->fd, 2, 0, &first->submit.queueid));
	ASSERT_EQ(0, job_submit(first));
	ASSERT_EQ(0, import_sync_file(dma_buf, DMA_BUF_SYNC_WRITE, first->submit.fence_fd));

	second.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(&second));
	EXPECT_EQ(0, fence_fd_signalled(second.submit.fence_fd, 50));
	EXPECT_EQ(0, second.memory.map[0]);
	ASSERT_EQ(0, foreign_done(&self->foreign, fence));
	EXPECT_EQ(1, fence_fd_signalled(second.submit.fence_fd, 5000));
	EXPECT_EQ(1, first->memory.map[0]);
	EXPECT_EQ(2, second.memory.map[0]);
	close(dma_buf);
	close(first->submit.fence_fd);
	close(second.submit.fence_fd);
}

TEST_HARNESS_MAIN
