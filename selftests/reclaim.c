// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory the kernel takes back: what GEM_MADVISE gave up is gone for good, and what is needed comes
 * back from swap, at the same address. What the GPU uses, and what others see, stays.
 *
 * Reclaim is asked for by debugfs.
 */
#define _GNU_SOURCE
#include "fixture.h"
#include "memory_pressure.h"
#include "msm_hang.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/wait.h>

/* Twice, for what has been used. */
static bool shrink_all(void)
{
	return shrink() && shrink();
}

/* Pages that could be taken, -1 if this kernel does not tell. */
static long reclaimable(void)
{
	long inode, pages = -1;
	glob_t found;
	FILE *file;

	if (glob("/sys/kernel/debug/shrinker/drm-msm_gem-*/count", 0, NULL, &found))
		return -1;
	file = fopen(found.gl_pathv[0], "re");
	/* A line for each memory cgroup that has some; none for none. */
	if (file && fscanf(file, "%ld %ld", &inode, &pages) != 2)
		pages = 0;
	if (file)
		fclose(file);
	globfree(&found);
	return pages;
}

static int advise(int fd, uint32_t handle, uint32_t madv)
{
	struct drm_msm_gem_madvise request = {handle, madv};
	int ret = test_ioctl(fd, DRM_IOCTL_MSM_GEM_MADVISE, &request);

	return ret ? ret : (int)request.retained;
}

/* The signal that reading @map ends with, or 0. */
static int signal_of_reading(volatile uint32_t *map)
{
	pid_t child = fork();
	int status = 0;

	if (!child) {
		signal(SIGBUS, SIG_DFL);
		(void)map[0];
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

FIXTURE(reclaim)
{
	int fd;
};

FIXTURE_SETUP(reclaim)
{
	uint64_t chip;

	self->fd = open_msm();
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip));
	if (!shrink())
		SKIP(return, "no debugfs file asks for reclaim");
}

FIXTURE_TEARDOWN(reclaim)
{
	close(self->fd);
}

TEST_F(reclaim, what_is_not_needed_is_taken)
{
	struct buffer buffer, other;
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, make_buffer(self->fd, 4 * PAGE, MSM_BO_WC, &buffer));
	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &other));
	buffer.map[0] = 6;
	other.map[0] = 7;
	ASSERT_EQ(1, advise(self->fd, buffer.handle, MSM_MADV_DONTNEED));
	ASSERT_TRUE(shrink_all());
	EXPECT_EQ(0, advise(self->fd, buffer.handle, MSM_MADV_DONTNEED));
	EXPECT_EQ(0, advise(self->fd, buffer.handle, MSM_MADV_WILLNEED));
	EXPECT_EQ(7, other.map[0]);

	/* It is of no more use, to anyone. */
	if (is_msmxx()) { /* upstream warns in the kernel's log */
		EXPECT_EQ(SIGBUS, signal_of_reading(buffer.map));
	}
	job.bos[1].handle = buffer.handle;
	job.submit.nr_cmds = 0;
	EXPECT_EQ(-EBUSY, job_submit(&job));
	EXPECT_EQ(0, gem_close(self->fd, buffer.handle));
}

TEST_F(reclaim, without_swap_what_is_needed_stays)
{
	struct buffer buffer;

	ASSERT_EQ(0, make_buffer(self->fd, 4 * PAGE, MSM_BO_WC, &buffer));
	buffer.map[0] = 6;
	ASSERT_TRUE(shrink_all());
	EXPECT_EQ(6, buffer.map[0]);
	EXPECT_EQ(1, advise(self->fd, buffer.handle, MSM_MADV_WILLNEED));
}

/* While the GPU uses a buffer it stays, whoever does not need it. */
TEST_F(reclaim, what_the_gpu_uses_stays)
{
	static const uint32_t flags[] = {MSM_BO_WC, MSM_BO_WC | MSM_BO_NO_SHARE};

	/* Reclaim waits for the job, which is not to be taken for hung on that account. */
	hangcheck_period(20000);
	for (int i = 0; i <= is_msmxx(); i++) {
		struct buffer buffer;
		struct job job;

		ASSERT_EQ(0, job_init(&job, self->fd));
		ASSERT_EQ(0, make_buffer(self->fd, PAGE, flags[i], &buffer));
		job.memory = buffer;
		job.bos[1].handle = buffer.handle;
		job_wait(&job, 0);
		job_write(&job, 1, 5);
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(1, advise(self->fd, buffer.handle, MSM_MADV_DONTNEED));
		ASSERT_TRUE(shrink_all());
		ASSERT_EQ(1, advise(self->fd, buffer.handle, MSM_MADV_WILLNEED));
		buffer.map[0] = 1;
		ASSERT_EQ(0, job_finish(&job));
		EXPECT_EQ(5, buffer.map[1]);
	}
	hangcheck_period(250);
}

TEST_F(reclaim, what_others_see_stays)
{
	struct drm_prime_handle share = {.flags = DRM_CLOEXEC | DRM_RDWR};
	volatile uint32_t *map;
	struct buffer buffer;

	if (!is_msmxx())
		SKIP(return, "upstream forgets mappings of dma-bufs, and frees what they show");
	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	buffer.map[0] = 8;
	share.handle = buffer.handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &share));
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, share.fd, 0);
	ASSERT_NE(MAP_FAILED, map);
	EXPECT_EQ(8, map[0]);
	ASSERT_EQ(1, advise(self->fd, buffer.handle, MSM_MADV_DONTNEED));
	ASSERT_TRUE(shrink_all());
	EXPECT_EQ(8, map[0]);
	EXPECT_EQ(1, advise(self->fd, buffer.handle, MSM_MADV_WILLNEED));
	EXPECT_EQ(8, buffer.map[0]);
	close(share.fd);
}

TEST_F(reclaim, what_is_needed_comes_back_from_swap)
{
	uint64_t iova = 0;
	struct job job;

	if (!swap_on())
		SKIP(return, "no swap");
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 11);
	for (int i = 0; i < 4; i++) {
		job.memory.map[PAGE / 4 - 1] = 100 + i;
		EXPECT_TRUE(shrink_all());
		EXPECT_LE(reclaimable(), 0);
		/* The GPU first, or the CPU. */
		if (i % 2) {
			EXPECT_EQ(100 + i, job.memory.map[PAGE / 4 - 1]);
		}
		job.memory.map[1] = 0;
		EXPECT_EQ(0, job_submit(&job));
		EXPECT_EQ(0, job_finish(&job));
		EXPECT_NE(0, reclaimable());
		EXPECT_EQ(11, job.memory.map[1]);
		EXPECT_EQ(100 + i, job.memory.map[PAGE / 4 - 1]);
		EXPECT_EQ(0, gem_info(self->fd, job.memory.handle, MSM_INFO_GET_IOVA, &iova));
		EXPECT_EQ(job.memory.iova, iova);
	}
	swap_off();
}

static atomic_bool stop;

static void *shrink_always(void *unused)
{
	while (!atomic_load(&stop)) {
		if (!shrink())
			return (void *)1;
	}
	return NULL;
}

/* Jobs of buffers that come and go to swap, and of others that are given up meanwhile. */
TEST_F_TIMEOUT(reclaim, jobs_under_pressure, 120)
{
	pthread_t thread;
	struct job job;
	void *failed;
	int rounds = 0;

	if (!is_msmxx())
		SKIP(return, "upstream's shrinker is judged by the other tests");
	if (!swap_on())
		SKIP(return, "no swap");
	atomic_store(&stop, false);
	ASSERT_EQ(0, pthread_create(&thread, NULL, shrink_always, NULL));
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 11);
	for (long end = now_ms() + 3000; rounds < 5 || now_ms() < end; rounds++) {
		struct buffer waste;

		job.memory.map[1] = 0;
		job.memory.map[2] = rounds;
		ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_CACHED | MSM_BO_NO_SHARE, &waste));
		ASSERT_EQ(0, job_submit(&job));
		EXPECT_GE(advise(self->fd, waste.handle, MSM_MADV_DONTNEED), 0);
		ASSERT_EQ(0, job_finish(&job));
		ASSERT_EQ(11, job.memory.map[1]);
		ASSERT_EQ(rounds, job.memory.map[2]);
		munmap((void *)waste.map, PAGE);
		ASSERT_EQ(0, gem_close(self->fd, waste.handle));
	}
	atomic_store(&stop, true);
	ASSERT_EQ(0, pthread_join(thread, &failed));
	EXPECT_EQ(NULL, failed);
	swap_off();
}

TEST_HARNESS_MAIN
