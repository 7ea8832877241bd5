// SPDX-License-Identifier: GPL-2.0-only
/*
 * What outlives what: fences, mappings and exported buffers held across the close of the file that
 * made them, and across rmmod. None may be more than an error: the kernel's log tells, and KASAN on
 * the debug kernels.
 *
 * The last test takes the module out, if it can, and puts it back in with modprobe.
 */
#include "debugfs.h"
#include "fixture.h"
#include "msm_bind.h"

#include <linux/dma-buf.h>
#include <linux/sync_file.h>

/* Asks a sync_file everything one can ask; 0 or -errno. */
static int query_fence(int fence)
{
	struct sync_fence_info infos[4] = {};
	struct sync_file_info request = {.num_fences = ARRAY_SIZE(infos),
					 .sync_fence_info = (uintptr_t)infos};

	return test_ioctl(fence, SYNC_IOC_FILE_INFO, &request);
}

static int syncobj_fd(int fd, uint32_t handle)
{
	struct drm_syncobj_handle request = {.handle = handle};
	int ret = test_ioctl(fd, DRM_IOCTL_SYNCOBJ_HANDLE_TO_FD, &request);

	return ret ? ret : request.fd;
}

/* All that another process may keep of a job. */
struct kept {
	int fence;
	int syncobj;
	int dma_buf;
	/* A sync_file of what the buffer's reservation holds. */
	int reservation;
};

/* Submits a job and keeps everything of it but the file; -1 where the driver does not have
 * something. */
static int keep(int fd, struct job *job, struct kept *kept)
{
	struct drm_msm_syncobj out = {};
	struct dma_buf_export_sync_file reservation = {.flags = DMA_BUF_SYNC_RW};
	int ret = job_init(job, fd);

	if (ret)
		return ret;
	*kept = (struct kept){-1, -1, -1, -1};
	job_write(job, 1, 11);
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	if (!syncobj_new(fd, false, &out.handle)) {
		job->submit.flags |= MSM_SUBMIT_SYNCOBJ_OUT;
		job->submit.out_syncobjs = (uintptr_t)&out;
		job->submit.nr_out_syncobjs = 1;
		kept->syncobj = syncobj_fd(fd, out.handle);
	}
	kept->dma_buf = prime_export(fd, job->memory.handle);
	ret = job_submit(job);
	if (ret)
		return ret;
	kept->fence = job->submit.fence_fd;
	if (kept->dma_buf >= 0 &&
	    !test_ioctl(kept->dma_buf, DMA_BUF_IOCTL_EXPORT_SYNC_FILE, &reservation))
		kept->reservation = reservation.fd;
	return 0;
}

static void drop(struct kept *kept)
{
	const int fds[] = {kept->fence, kept->syncobj, kept->dma_buf, kept->reservation};

	for (unsigned int i = 0; i < ARRAY_SIZE(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static void unmap(struct job *job)
{
	munmap((void *)job->code.map, job->code.size);
	munmap((void *)job->memory.map, job->memory.size);
}

/* An exported buffer's memory, which needs no file of the driver. */
static volatile uint32_t *map_exported(int dma_buf)
{
	return mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, dma_buf, 0);
}

/* A mapping of the driver's would keep its file: closed, it goes. */
static void close_for_good(struct __test_metadata *_metadata, int by, int fd)
{
	int files = debugfs_files(by);

	ASSERT_EQ(0, close(fd));
	EXPECT_EQ(files < 0 ? files : files - 1, debugfs_files(by));
}

TEST_F(msm, a_fence_outlives_its_file)
{
	struct job job, next;
	struct kept kept;
	int fd = open_msm();

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, keep(fd, &job, &kept));
	EXPECT_EQ(1, fence_fd_signalled(kept.fence, 5000));
	EXPECT_EQ(11, job.memory.map[1]);
	unmap(&job);
	close_for_good(_metadata, self->fd, fd);
	/* Again when others have come by, and whatever the job had has been given back. */
	for (int i = 0; i < 3; i++) {
		EXPECT_EQ(1, fence_fd_signalled(kept.fence, 0));
		EXPECT_EQ(0, query_fence(kept.fence));
		if (kept.reservation >= 0)
			EXPECT_EQ(0, query_fence(kept.reservation));
		ASSERT_EQ(0, job_init(&next, self->fd));
		job_write(&next, 1, 5);
		ASSERT_EQ(0, job_submit(&next));
		EXPECT_EQ(0, job_finish(&next));
		job_free(&next);
	}
	drop(&kept);
}

TEST_F(msm, a_file_closed_while_its_job_runs)
{
	struct job job, next;
	volatile uint32_t *map;
	int fence, dma_buf, fd;

	if (is_newer_upstream(self->fd))
		SKIP(return, "upstream's close waits for the GPU, which waits for us");
	fd = open_msm();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&job, fd));
	job_write(&job, 1, 11);
	job_wait(&job, 0);
	job_write(&job, 2, 12);
	job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	dma_buf = prime_export(fd, job.memory.handle);
	ASSERT_GE(dma_buf, 0);
	map = map_exported(dma_buf);
	ASSERT_NE(MAP_FAILED, map);
	ASSERT_EQ(0, job_submit(&job));
	fence = job.submit.fence_fd;
	unmap(&job);
	/* What has not begun by then has no effect any more. */
	for (int i = 0; i < 2000 && !map[1]; i++)
		usleep(1000);
	ASSERT_EQ(11, map[1]);
	close_for_good(_metadata, self->fd, fd);
	EXPECT_EQ(0, fence_fd_signalled(fence, 50));
	EXPECT_EQ(0, query_fence(fence));
	map[0] = 1;
	EXPECT_EQ(1, fence_fd_signalled(fence, 5000));
	EXPECT_EQ(0, query_fence(fence));
	/* It had its address space to the end. */
	EXPECT_EQ(12, map[2]);

	ASSERT_EQ(0, job_init(&next, self->fd));
	job_write(&next, 1, 5);
	ASSERT_EQ(0, job_submit(&next));
	EXPECT_EQ(0, job_finish(&next));
	EXPECT_EQ(1, fence_fd_signalled(fence, 0));
	EXPECT_EQ(0, query_fence(fence));
	munmap((void *)map, PAGE);
	close(dma_buf);
	close(fence);
}

TEST_F(msm, a_buffer_closed_while_the_gpu_uses_it)
{
	struct job job;

	if (is_newer_upstream(self->fd))
		SKIP(return, "upstream's close waits for the GPU, which waits for us");
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	job_write(&job, 1, 12);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, gem_close(self->fd, job.code.handle));
	ASSERT_EQ(0, gem_close(self->fd, job.memory.handle));
	job.memory.map[0] = 1;
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(12, job.memory.map[1]);
}

TEST_F(msm, an_exported_buffer_outlives_its_file)
{
	struct buffer buffer;
	volatile uint32_t *map;
	int dma_buf, fd = open_msm();

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, make_buffer(fd, PAGE, MSM_BO_WC, &buffer));
	dma_buf = prime_export(fd, buffer.handle);
	if (dma_buf == -EOPNOTSUPP || dma_buf == -ENOSYS)
		SKIP(return, "this driver does not export");
	ASSERT_GE(dma_buf, 0);
	buffer.map[3] = 33;
	munmap((void *)buffer.map, PAGE);
	close(fd);
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, dma_buf, 0);
	ASSERT_NE(MAP_FAILED, map);
	EXPECT_EQ(33, map[3]);
	munmap((void *)map, PAGE);
	close(dma_buf);
}

TEST_F(msm, many_files_at_once)
{
	int fds[64];
	uint64_t chip;

	for (unsigned int i = 0; i < ARRAY_SIZE(fds); i++) {
		fds[i] = open_msm();
		ASSERT_GE(fds[i], 0);
		ASSERT_EQ(0, get_param(fds[i], MSM_PARAM_CHIP_ID, &chip));
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(fds); i++)
		close(fds[i]);
}

/* Without an open file, which would keep the module. */
FIXTURE(module){};

FIXTURE_SETUP(module) {}

FIXTURE_TEARDOWN(module) {}

/* The file is closed, its fences are kept: either the module stays, or they remain safe to ask
 * without it. */
TEST_F_TIMEOUT(module, fences_held_across_rmmod, 120)
{
	struct kept kept;
	struct job job;
	int fd, ret;

	if (!is_msmxx())
		SKIP(return, "upstream's module leaves its nodes behind, and oopses");
	fd = open_msm();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, keep(fd, &job, &kept));
	unmap(&job);
	ASSERT_EQ(1, fence_fd_signalled(kept.fence, 5000));
	close(fd);
	usleep(200000); /* whatever the close has left to workers */

	ret = unload_module_now();
	if (ret) {
		EXPECT_TRUE(ret == -EBUSY || ret == -EWOULDBLOCK) TH_LOG("rmmod: %d", ret);
	}
	EXPECT_EQ(0, query_fence(kept.fence));
	EXPECT_EQ(1, fence_fd_signalled(kept.fence, 0));
	if (kept.reservation >= 0) {
		EXPECT_EQ(0, query_fence(kept.reservation));
	}
	drop(&kept);

	/* Nothing holds it any more: now it goes, and comes back whole. */
	if (ret)
		ret = unload_module();
	ASSERT_EQ(0, ret) TH_LOG("the module stays although nothing holds it");
	EXPECT_EQ(-ENODEV, open_msm());
	ASSERT_EQ(0, system("modprobe msmxx"));
	fd = open_again();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&job, fd));
	job_write(&job, 0, 1);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0, job_finish(&job));
	close(fd);
}

TEST_HARNESS_MAIN
