// SPDX-License-Identifier: GPL-2.0-only
/*
 * Power while jobs wait for a fence of another driver: the clocks that run, as the board itself says,
 * and the GPU's runtime PM.
 */
#include "debugfs.h"
#include "fixture.h"
#include "sw_sync.h"

#include <glob.h>
#include <stdlib.h>

/* The number in a file whose path matches; -1 without one. */
static long number_in(const char *pattern)
{
	glob_t found;
	char text[32] = "";
	long number = -1;

	if (glob(pattern, 0, NULL, &found))
		return -1;
	int fd = open(found.gl_pathv[0], O_RDONLY);

	if (read(fd, text, sizeof(text) - 1) > 0)
		number = atol(text);
	close(fd);
	globfree(&found);
	return number;
}

/*
 * How many of the GPU's clocks run, -1 if nobody tells. Two are the SMMU's as well, which may have
 * power: of those the kernel's count of users says whether the GPU is one.
 */
static long gpu_clocks(void)
{
	static const char *const own[] = {"vboard-core on", "vboard-alt-mem on", "vboard-gmu on",
					  "vboard-xo on"};
	long users = number_in("/sys/kernel/debug/clk/vboard-mem/clk_enable_count");
	int fd = open("/sys/kernel/debug/vboard/state", O_RDONLY);
	char text[512] = "";
	long running;

	if (fd < 0 || users < 0)
		return -1;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	if (!strstr(text, "vboard-core "))
		return -1;
	running = users > 1 ? users - 1 : 0;
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		running += !!strstr(text, own[i]);
	return running;
}

static bool is_suspended(void)
{
	glob_t found;
	char text[16] = "";

	if (glob("/sys/bus/platform/devices/*.gpu/power/runtime_status", 0, NULL, &found))
		return false;
	int fd = open(found.gl_pathv[0], O_RDONLY);

	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	globfree(&found);
	return !strncmp(text, "suspended", 9);
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Within ten seconds. */
static bool falls_asleep(void)
{
	for (int i = 0; i < 500 && !is_suspended(); i++)
		sleep_ms(20);
	return is_suspended();
}

/* Lets the driver begin to do something about it, and then take five seconds until the clocks rest. */
static void let_clocks_rest(long ms)
{
	sleep_ms(ms);
	for (int i = 0; i < 250 && gpu_clocks(); i++)
		sleep_ms(20);
}

FIXTURE(power)
{
	int fd;
	int timeline;
	struct job job;
};

FIXTURE_SETUP(power)
{
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0);
	self->timeline = sw_sync_open();
	if (self->timeline < 0)
		SKIP(return, "this kernel has no sw_sync");
	if (gpu_clocks() < 0)
		SKIP(return, "this kernel does not tell of clocks");
	ASSERT_EQ(0, job_init(&self->job, self->fd));
	self->job.submit.flags |= MSM_SUBMIT_FENCE_FD_IN;
	self->job.submit.fence_fd = sw_sync_fence(self->timeline, 1);
	ASSERT_GE(self->job.submit.fence_fd, 0);
}

FIXTURE_TEARDOWN(power)
{
	close(self->timeline);
	close(self->fd);
}

/*
 * Two seconds, in which nothing but a fence is missing: no clock runs. The reference leaves the GPU
 * asleep until the job runs, and comes to the same.
 */
TEST_F(power, clocks_rest_while_a_job_waits)
{
	struct job *job = &self->job;

	/* Once it runs it waits for the CPU: then clocks do run. */
	job_write(job, 0, 17);
	job_wait(job, 1);
	ASSERT_EQ(0, job_submit(job));
	let_clocks_rest(300);
	for (int i = 0; i < 17; i++) {
		EXPECT_EQ(0, gpu_clocks());
		sleep_ms(100);
	}
	EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, 0, job->submit.fence, 0));
	EXPECT_EQ(0, job->memory.map[0]);

	ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
	for (int ms = 0; ms < 2000 && !job->memory.map[0]; ms++)
		sleep_ms(1);
	EXPECT_EQ(17, job->memory.map[0]);
	EXPECT_LT(0, gpu_clocks());
	job->memory.map[1] = 1;
	EXPECT_EQ(0, job_finish(job));
	EXPECT_TRUE(falls_asleep());
	EXPECT_EQ(0, gpu_clocks());
}

/* Others run meanwhile, and the counter can be read; afterwards the clocks rest again. */
TEST_F(power, others_run_while_a_job_waits)
{
	struct job *job = &self->job, other;
	uint64_t before, after;

	job_write(job, 0, 1);
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, job_init(&other, self->fd));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &other.submit.queueid));
	job_write(&other, 0, 2);
	for (int i = 0; i < 5; i++) {
		let_clocks_rest(150);
		EXPECT_EQ(0, gpu_clocks());
		other.memory.map[0] = 0;
		ASSERT_EQ(0, job_submit(&other));
		EXPECT_EQ(0, job_finish(&other));
		EXPECT_EQ(2, other.memory.map[0]);
		sleep_ms(150);
		EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_TIMESTAMP, &before));
		EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_TIMESTAMP, &after));
		EXPECT_LT(before, after);
	}
	ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
	EXPECT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);
}

/* The file goes while its job waits: the job still ends, and the GPU falls asleep; for others it wakes up. */
TEST_F(power, a_closed_file_leaves_no_clock_running)
{
	struct job *job = &self->job, next;
	int other = open_msm(), files;

	ASSERT_GE(other, 0);
	job_write(job, 0, 1);
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(job));
	sleep_ms(100);
	/* Its mappings would keep it. */
	munmap((void *)job->code.map, PAGE);
	munmap((void *)job->memory.map, PAGE);
	files = debugfs_files(other);
	close(self->fd);
	self->fd = other;
	EXPECT_EQ(files - 1, debugfs_files(other));
	let_clocks_rest(100);
	EXPECT_EQ(0, gpu_clocks());
	EXPECT_EQ(0, fence_fd_signalled(job->submit.fence_fd, 0));
	ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
	EXPECT_EQ(1, fence_fd_signalled(job->submit.fence_fd, 5000));
	close(job->submit.fence_fd);
	EXPECT_TRUE(falls_asleep());
	EXPECT_EQ(0, gpu_clocks());

	ASSERT_EQ(0, job_init(&next, other));
	job_write(&next, 0, 2);
	ASSERT_EQ(0, job_submit(&next));
	EXPECT_EQ(0, job_finish(&next));
	EXPECT_EQ(2, next.memory.map[0]);
	EXPECT_TRUE(falls_asleep());
	EXPECT_EQ(0, gpu_clocks());
}

/* A few in a usual run: each initialises the GPU anew. */
static uint32_t cycles(void)
{
	const char *wanted = getenv("MSMXX_POWER_CYCLES");

	return wanted ? atoi(wanted) : 25;
}

static bool set_delay(const char *ms)
{
	glob_t found;
	bool done;

	if (glob("/sys/bus/platform/devices/*.gpu/power/autosuspend_delay_ms", 0, NULL, &found))
		return false;
	int fd = open(found.gl_pathv[0], O_WRONLY);

	done = write(fd, ms, strlen(ms)) > 0;
	close(fd);
	globfree(&found);
	return done;
}

/* The GPU falls asleep after each job: one that waited, and one that did not have to. */
TEST_F_TIMEOUT(power, asleep_after_each_job, 600)
{
	struct job *job = &self->job;
	uint64_t before, after;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &before));
	ASSERT_TRUE(set_delay("0"));
	for (uint32_t i = 1; i <= cycles(); i++) {
		job->words = 0;
		job_write(job, 0, i);
		if (i % 2) {
			job->submit.flags |= MSM_SUBMIT_FENCE_FD_IN;
			job->submit.fence_fd = sw_sync_fence(self->timeline, i);
		} else {
			job->submit.flags &= ~MSM_SUBMIT_FENCE_FD_IN;
			job->submit.fence_fd = -1;
		}
		ASSERT_EQ(0, job_submit(job));
		if (i % 2)
			close(job->submit.fence_fd);
		ASSERT_EQ(0, sw_sync_advance(self->timeline, 1));
		ASSERT_EQ(0, job_finish(job));
		ASSERT_EQ(i, job->memory.map[0]);
		for (int ms = 0; ms < 10000 && !is_suspended(); ms++)
			sleep_ms(1);
		ASSERT_TRUE(is_suspended());
	}
	ASSERT_TRUE(set_delay("66"));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &after));
	EXPECT_LE(before + cycles(), after);
}

TEST_HARNESS_MAIN
