// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system sleeps while processes submit jobs and others' jobs wait for a fence of another
 * driver: nothing is lost. The kernel's own test of suspend (pm_test) wakes it again at once.
 */
#include "fixture.h"
#include "sw_sync.h"

#include <signal.h>
#include <sys/wait.h>

#define CYCLES 20

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return done;
}

/* As far as devices are concerned, or as far as the platform would be switched off. */
static bool system_sleeps(const char *how_far)
{
	return put("/sys/power/pm_test", how_far) && put("/sys/power/state", "freeze");
}

/* Jobs until killed: each writes its number. */
static void submit_for_ever(void)
{
	struct job job;
	int fd = open_msm();

	if (fd < 0 || job_init(&job, fd))
		_exit(1);
	for (uint32_t number = 1;; number++) {
		job.words = 0;
		job_write(&job, 0, number);
		if (job_submit(&job) || job_finish(&job) || job.memory.map[0] != number)
			_exit(2);
	}
}

FIXTURE(sleep)
{
	int fd;
	int timeline;
	pid_t busy[2];
};

FIXTURE_SETUP(sleep)
{
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0);
	self->timeline = sw_sync_open();
	if (self->timeline < 0)
		SKIP(return, "this kernel has no sw_sync");
	if (!put("/sys/module/suspend/parameters/pm_test_delay", "0"))
		SKIP(return, "this kernel has no pm_test");
	if (!is_msmxx())
		SKIP(return, "the reference refuses to sleep, or stops its jobs' fences for good");
	for (int i = 0; i < 2; i++) {
		self->busy[i] = fork();
		if (!self->busy[i])
			submit_for_ever();
	}
}

FIXTURE_TEARDOWN(sleep)
{
	for (int i = 0; i < 2; i++) {
		int status = 0;

		if (self->busy[i] <= 0)
			continue;
		kill(self->busy[i], SIGKILL);
		waitpid(self->busy[i], &status, 0);
		EXPECT_TRUE(WIFSIGNALED(status));
	}
	put("/sys/power/pm_test", "none");
	close(self->timeline);
	close(self->fd);
}

TEST_F_TIMEOUT(sleep, no_job_is_lost, 300)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	for (unsigned int i = 1; i <= CYCLES; i++) {
		job.words = 0;
		job_write(&job, 0, i);
		job.submit.flags |= MSM_SUBMIT_FENCE_FD_IN;
		job.submit.fence_fd = sw_sync_fence(self->timeline, i);
		ASSERT_EQ(0, job_submit(&job));
		close(job.submit.fence_fd);

		ASSERT_TRUE(system_sleeps(i % 2 ? "platform" : "devices"));

		EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, 0, job.submit.fence, 0));
		ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
		ASSERT_EQ(0, job_finish(&job));
		ASSERT_EQ(i, job.memory.map[0]);

		job.submit.flags &= ~MSM_SUBMIT_FENCE_FD_IN;
		job.words = 0;
		job_write(&job, 0, ~i);
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_finish(&job));
		ASSERT_EQ(~i, job.memory.map[0]);
	}
}

TEST_HARNESS_MAIN
