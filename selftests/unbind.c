// SPDX-License-Identifier: GPL-2.0-only
/* The device goes, by way of sysfs, while files and mappings of it stay; and comes back. */
#define _GNU_SOURCE

#include <stdlib.h>

#include "fixture.h"
#include "expect_dump.h"
#include "msm_bind.h"

#include <sys/wait.h>

TEST_F(msm, memory_outlives_the_device)
{
	char device[256];
	uint64_t value;
	struct job job, next;
	int again, dma_buf;
	struct drm_prime_handle share = {.flags = DRM_CLOEXEC | DRM_RDWR};

	if (!is_msmxx())
		SKIP(return, "upstream's nodes stay, and oops");
	ASSERT_EQ(0, bound_device(device));
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 6);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	share.handle = job.memory.handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &share));
	dma_buf = share.fd;

	ASSERT_EQ(0, tell_driver("unbind", device));
	EXPECT_EQ(6, job.memory.map[1]);
	job.memory.map[PAGE / 4 - 1] = 7;
	EXPECT_EQ(7, job.memory.map[PAGE / 4 - 1]);
	EXPECT_EQ(-ENODEV, get_param(self->fd, MSM_PARAM_CHIP_ID, &value));
	EXPECT_EQ(-ENODEV, job_submit(&job));
	EXPECT_EQ(-ENODEV, gem_close(self->fd, job.code.handle));
	EXPECT_EQ(-ENODEV, open_msm());

	/* Back, while the old file, its memory and its page tables are still there. */
	ASSERT_EQ(0, tell_driver("bind", device));
	again = open_again();
	ASSERT_GE(again, 0);
	ASSERT_EQ(0, job_init(&next, again));
	job_write(&next, 1, 8);
	ASSERT_EQ(0, job_submit(&next));
	ASSERT_EQ(0, job_finish(&next));
	EXPECT_EQ(8, next.memory.map[1]);
	EXPECT_EQ(6, job.memory.map[1]);

	munmap((void *)job.memory.map, PAGE);
	munmap((void *)job.code.map, PAGE);
	close(dma_buf);
	close(self->fd);
	self->fd = again;
	/* The old one's end is not the new one's. */
	job_write(&next, 2, 9);
	ASSERT_EQ(0, job_submit(&next));
	ASSERT_EQ(0, job_finish(&next));
	EXPECT_EQ(9, next.memory.map[2]);
}

/*
 * Submits until it is told that the device is gone. One of its jobs hangs at any time, but not many:
 * the unbind waits for all that have been submitted.
 */
static void submit_until_gone(int fd)
{
	struct job good, bad;
	int ret = job_init(&good, fd) | job_init(&bad, fd);

	job_write(&good, 1, 5);
	job_wait(&bad, 8);
	while (!ret) {
		ret = job_submit(&good);
		if (!ret && wait_fence(fd, 0, bad.submit.fence, 0) != -ETIMEDOUT)
			ret = job_submit(&bad);
		usleep(1000);
	}
	_exit(ret == -ENODEV ? 0 : 1);
}

TEST_F_TIMEOUT(msm, while_jobs_hang, 120)
{
	char device[256];
	struct job next;
	pid_t children[3];

	if (!is_msmxx())
		SKIP(return, "upstream's nodes stay, and oops");
	ASSERT_EQ(0, bound_device(device));
	hangcheck_period(100);
	dump_begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(children); i++) {
		children[i] = fork();
		if (!children[i])
			submit_until_gone(i ? open_msm() : self->fd);
	}
	usleep(500000);
	/* Forked, they have this one's name. */
	EXPECT_DUMP();
	ASSERT_EQ(0, tell_driver("unbind", device));
	for (unsigned int i = 0; i < ARRAY_SIZE(children); i++) {
		int status = 0;

		ASSERT_EQ(children[i], waitpid(children[i], &status, 0));
		EXPECT_TRUE(WIFEXITED(status));
		EXPECT_EQ(0, WEXITSTATUS(status));
	}
	ASSERT_EQ(0, tell_driver("bind", device));
	hangcheck_period(250);
	close(self->fd);
	self->fd = open_again();
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, job_init(&next, self->fd));
	job_write(&next, 1, 8);
	ASSERT_EQ(0, job_submit(&next));
	ASSERT_EQ(0, job_finish(&next));
	EXPECT_EQ(8, next.memory.map[1]);
}

TEST_HARNESS_MAIN
