// SPDX-License-Identifier: GPL-2.0-only
/* Buffers shared through dma-bufs: with other files, and with memory that is not the driver's
 * (udmabuf). */
#define _GNU_SOURCE
#include <linux/udmabuf.h>
#include <sys/wait.h>

#include "fixture.h"

/* Let the GPU write to what another handle names, instead of to the job's own memory. */
static int job_use(struct job *job, uint32_t handle)
{
	job->memory.handle = handle;
	job->bos[1].handle = handle;
	return gem_info(job->fd, handle, MSM_INFO_GET_IOVA, &job->memory.iova);
}

/** struct foreign - a dma-buf of pages of a memfd, as the CPU sees those */
struct foreign {
	int dma_buf;
	uint64_t size;
	volatile uint32_t *map;
};

/* 0, -ENODEV without udmabuf, or -errno */
static int make_foreign(struct foreign *foreign, uint32_t pages)
{
	struct udmabuf_create create = {.size = pages * PAGE};
	int memory, device;

	device = open("/dev/udmabuf", O_RDWR | O_CLOEXEC);
	if (device < 0)
		return -ENODEV;
	memory = memfd_create("foreign", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (memory < 0 || ftruncate(memory, create.size) ||
	    fcntl(memory, F_ADD_SEALS, F_SEAL_SHRINK))
		return -errno;
	create.memfd = memory;
	foreign->size = create.size;
	foreign->dma_buf = ioctl(device, UDMABUF_CREATE, &create);
	if (foreign->dma_buf < 0)
		return -errno;
	foreign->map = mmap(NULL, create.size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	if (foreign->map == MAP_FAILED)
		return -errno;
	close(memory);
	close(device);
	return 0;
}

TEST_F(msm, the_same_file_gets_the_same_handle)
{
	struct buffer buffer;
	uint32_t handle;
	int dma_buf;

	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	dma_buf = prime_export(self->fd, buffer.handle);
	ASSERT_GE(dma_buf, 0);
	ASSERT_EQ(0, prime_import(self->fd, dma_buf, &handle));
	EXPECT_EQ(buffer.handle, handle);
	close(dma_buf);
}

TEST_F(msm, a_private_buffer_is_not_exported)
{
	uint32_t handle;

	if (!is_newer_than_6_12(self->fd))
		SKIP(return, "no private buffers");
	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE, &handle));
	EXPECT_EQ(-EPERM, prime_export(self->fd, handle));
}

TEST_F(msm, what_is_no_dma_buf)
{
	uint32_t handle;

	EXPECT_EQ(-EINVAL, prime_import(self->fd, self->fd, &handle));
	EXPECT_EQ(-EBADF, prime_import(self->fd, -1, &handle));
	EXPECT_EQ(-ENOENT, prime_export(self->fd, 0));
	EXPECT_EQ(-ENOENT, prime_export(self->fd, 12345));
}

TEST_F(msm, two_files_and_one_buffer)
{
	uint64_t iova;
	struct buffer buffer;
	struct job job;
	uint32_t handle;
	int dma_buf, other = open_client();

	ASSERT_GE(other, 0);
	ASSERT_EQ(0, make_buffer(self->fd, 2 * PAGE, MSM_BO_WC, &buffer));
	dma_buf = prime_export(self->fd, buffer.handle);
	ASSERT_GE(dma_buf, 0);
	ASSERT_EQ(0, prime_import(other, dma_buf, &handle));

	/* The other one's GPU writes, through its own page tables; this one's CPU reads. */
	ASSERT_EQ(0, job_init(&job, other));
	ASSERT_EQ(0, job_use(&job, handle));
	job_write(&job, PAGE / 4 + 1, 77);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(77, buffer.map[PAGE / 4 + 1]);

	/* Its end is not this one's. */
	close(other);
	close(dma_buf);
	iova = 0;
	EXPECT_EQ(0, gem_info(self->fd, buffer.handle, MSM_INFO_GET_IOVA, &iova));
	EXPECT_EQ(buffer.iova, iova);
	EXPECT_EQ(77, buffer.map[PAGE / 4 + 1]);
}

TEST_F(msm, an_address_stays_while_any_handle_is_open)
{
	uint32_t other_handle, again;
	uint64_t iova = 0;
	struct buffer buffer;
	int dma_buf, other = open_client();

	ASSERT_GE(other, 0);
	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	dma_buf = prime_export(self->fd, buffer.handle);
	ASSERT_GE(dma_buf, 0);
	ASSERT_EQ(0, prime_import(other, dma_buf, &other_handle));
	EXPECT_EQ(0, gem_close(other, other_handle));
	EXPECT_EQ(0, gem_info(self->fd, buffer.handle, MSM_INFO_GET_IOVA, &iova));
	EXPECT_EQ(buffer.iova, iova);
	ASSERT_EQ(0, prime_import(other, dma_buf, &again));
	close(other);
	close(dma_buf);
}

TEST_F(msm, foreign_memory)
{
	struct foreign foreign;
	volatile uint32_t *map;
	uint64_t offset = 0;
	struct job job;
	uint32_t handle;
	int ret = make_foreign(&foreign, 4);

	if (ret == -ENODEV)
		SKIP(return, "no udmabuf");
	ASSERT_EQ(0, ret);
	foreign.map[3 * PAGE / 4] = 5;
	ASSERT_EQ(0, prime_import(self->fd, foreign.dma_buf, &handle));
	/* What it was made with only its exporter knows. */
	EXPECT_EQ(-EINVAL, gem_info(self->fd, handle, MSM_INFO_GET_FLAGS, &offset));
	close(foreign.dma_buf);

	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, job_use(&job, handle));
	job_write(&job, 3 * PAGE / 4 + 1, 6);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(6, foreign.map[3 * PAGE / 4 + 1]);

	/* And through the driver's own mapping of it. */
	ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_OFFSET, &offset));
	map = mmap(NULL, foreign.size, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, offset);
	ASSERT_NE(MAP_FAILED, map);
	EXPECT_EQ(5, map[3 * PAGE / 4]);
	EXPECT_EQ(6, map[3 * PAGE / 4 + 1]);
	EXPECT_EQ(0, gem_close(self->fd, handle));
	map[1] = 7;
	EXPECT_EQ(7, foreign.map[1]);
	munmap((void *)map, foreign.size);
}

TEST_F(msm, foreign_memory_in_use_at_exit)
{
	struct foreign foreign;
	int status, ret = make_foreign(&foreign, 2);
	pid_t child;

	if (ret == -ENODEV)
		SKIP(return, "no udmabuf");
	ASSERT_EQ(0, ret);

	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		int fd = open_client();
		struct job job;
		uint32_t handle;

		if (fd < 0 || prime_import(fd, foreign.dma_buf, &handle) || job_init(&job, fd) ||
		    job_use(&job, handle))
			_exit(1);
		job_write(&job, 1, 8);
		_exit(job_submit(&job) ? 2 : 0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_EQ(0, status);
	/* Whatever came of the job, the memory is there and the driver alive. */
	foreign.map[0] = 9;
	EXPECT_EQ(9, foreign.map[0]);
	close(foreign.dma_buf);
}

TEST_HARNESS_MAIN
