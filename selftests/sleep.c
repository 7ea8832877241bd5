// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system sleeps while processes submit jobs and others' jobs wait for a fence of another
 * driver: nothing is lost. The kernel's own test of suspend (pm_test) wakes it again at once.
 */
#include "fixture.h"
#include "debugfs.h"
#include "expect_dump.h"
#include "sw_sync.h"
#include "system_sleep.h"

#include <signal.h>
#include <sys/wait.h>

#define CYCLES 20

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
		if (job_submit(&job) || job_wait_long(&job) || job.memory.map[0] != number)
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
	if (!sleeps_are_tested())
		SKIP(return, "this kernel has no pm_test");
	if (!is_msmxx())
		SKIP(return, "upstream's 6.12 locks up with the jobs that were waiting");
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
	write_text("/sys/power/pm_test", "none");
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

		ASSERT_EQ(0, system_sleeps(i % 2 ? "platform" : "devices"));

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

/* A job that hangs when the system is to sleep, and one behind it that does not. */
struct pair {
	struct job hanging, next;
};

/*
 * Returns when the first has begun: one that begins to hang only when processes are stopped keeps
 * the system awake.
 */
static int submit_pair(struct pair *pair, int fd)
{
	int ret = job_init(&pair->hanging, fd);
	volatile const uint32_t *begun = &pair->hanging.memory.map[1];

	if (!ret)
		ret = job_init(&pair->next, fd);
	job_write(&pair->hanging, 1, 1);
	job_wait(&pair->hanging, 0);
	job_write(&pair->next, 0, 5);
	pair->hanging.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	if (!ret)
		ret = job_submit(&pair->hanging);
	if (!ret)
		ret = job_submit(&pair->next);
	for (int ms = 0; !ret && !*begun; ms++)
		ret = ms < 5000 ? usleep(1000) : -ETIMEDOUT;
	return ret;
}

/* The hang is dealt with first, at whatever point of the way to sleep it is noticed. */
TEST_F_TIMEOUT(sleep, after_a_hang_was_dealt_with, 300)
{
	/* ms, of a hang that is noticed after 200 to 400 */
	static const int before[] = {0, 100, 200, 300};

	hangcheck_period(200);
	/* Has the timer begin anew, which was set for a longer time. */
	ASSERT_EQ(0, debugfs_write(self->fd, "reset", "1"));
	dump_begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(before); i++) {
		struct pair pair;

		ASSERT_EQ(0, submit_pair(&pair, self->fd));
		usleep(before[i] * 1000);
		EXPECT_EQ(0, system_sleeps(i % 2 ? "platform" : "devices")) TH_LOG("%u", i);
		EXPECT_EQ(0, job_wait_long(&pair.next));
		EXPECT_EQ(5, pair.next.memory.map[0]);
		EXPECT_EQ(-EIO, fence_fd_status(pair.hanging.submit.fence_fd));
		EXPECT_DUMP(.job = &pair.hanging);
		close(pair.hanging.submit.fence_fd);
	}
	hangcheck_period(250);
}

/* Jobs that hang, one after the other, until killed. */
static void hang_for_ever(void)
{
	struct job job;
	int fd = open_msm();

	if (fd < 0 || job_init(&job, fd))
		_exit(1);
	job_wait(&job, 0);
	while (!job_submit(&job) && !job_wait_long(&job))
		;
	_exit(2);
}

/* A hang that begins later keeps the system awake, or does not; nobody else is harmed. */
TEST_F_TIMEOUT(sleep, among_jobs_that_hang, 300)
{
	int status = 0;
	pid_t child;

	hangcheck_period(200);
	ASSERT_EQ(0, debugfs_write(self->fd, "reset", "1"));
	dump_begin();
	child = fork();
	if (!child)
		hang_for_ever();
	usleep(100000);
	for (unsigned int i = 0; i < 2; i++) {
		int ret = system_sleeps(i % 2 ? "platform" : "devices");
		struct job job;

		EXPECT_TRUE(ret == 0 || ret == -EBUSY) TH_LOG("%d", ret);
		ASSERT_EQ(0, job_init(&job, self->fd));
		job_write(&job, 0, 5);
		ASSERT_EQ(0, job_submit(&job));
		EXPECT_EQ(0, job_wait_long(&job));
		EXPECT_EQ(5, job.memory.map[0]);
	}
	kill(child, SIGKILL);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	/* Forked, it had this one's name. */
	EXPECT_DUMP(.gone = true);
	hangcheck_period(250);
}

/* What goes on for longer than the driver waits keeps the system awake, and is not lost either. */
TEST_F_TIMEOUT(sleep, not_while_a_job_goes_on, 300)
{
	struct pair pair;

	hangcheck_period(20000);
	ASSERT_EQ(0, submit_pair(&pair, self->fd));
	EXPECT_EQ(-EBUSY, system_sleeps("devices"));
	pair.hanging.memory.map[0] = 1;
	EXPECT_EQ(0, job_wait_long(&pair.next));
	EXPECT_EQ(5, pair.next.memory.map[0]);
	EXPECT_EQ(1, fence_fd_status(pair.hanging.submit.fence_fd));
	EXPECT_EQ(0, system_sleeps("devices"));
	close(pair.hanging.submit.fence_fd);
	hangcheck_period(250);
}

TEST_HARNESS_MAIN
