// SPDX-License-Identifier: GPL-2.0-only
/*
 * Frequency scaling, as sysfs shows it: cur_freq follows the load, BOOST, and the user's limits. The
 * board's core clock, in the kernel's debugfs, is what is really set.
 */
#define _GNU_SOURCE

#include "fixture.h"
#include "msm_bind.h"
#include "msm_hang.h"
#include "sw_sync.h"
#include "system_sleep.h"

#include <signal.h>
#include <sys/wait.h>

#define HANGCHECK "/sys/module/msmxx/parameters/hangcheck_period_ms"
#define DEVFREQ   "/sys/class/devfreq/*.gpu/"
#define COOLING   "/sys/class/thermal/cooling_device*/"
#define CORE      "/sys/kernel/debug/clk/vboard-core/clk_rate"

/* The board's operating points, Hz. */
#define LOWEST  320000000
#define MIDDLE  600000000
#define HIGHEST 900000000

/* How long the governor may take to change its mind on a machine that is busy, ms. */
#define PATIENCE 15000

static long cur_freq(void)
{
	return read_number(DEVFREQ "cur_freq");
}

/* Whether a file that matches has @text in it. */
static bool contains(const char *pattern, const char *text)
{
	char buffer[1024] = "";
	bool found = false;
	glob_t files;

	if (glob(pattern, 0, NULL, &files))
		return false;
	for (size_t i = 0; i < files.gl_pathc && !found; i++) {
		int fd = open(files.gl_pathv[i], O_RDONLY | O_CLOEXEC);
		ssize_t size = fd < 0 ? 0 : read(fd, buffer, sizeof(buffer) - 1);

		buffer[size > 0 ? size : 0] = 0;
		found = strstr(buffer, text);
		close(fd);
	}
	globfree(&files);
	return found;
}

FIXTURE(devfreq)
{
	int fd;
	struct job job;
};

FIXTURE_SETUP(devfreq)
{
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0);
	if (cur_freq() < 0)
		SKIP(return, "this kernel does not scale frequencies");
	ASSERT_EQ(0, job_init(&self->job, self->fd));
}

FIXTURE_TEARDOWN(devfreq)
{
	write_number(DEVFREQ "min_freq", 0);
	write_number(DEVFREQ "max_freq", HIGHEST);
	write_number(DEVFREQ "polling_interval", 50);
	close(self->fd);
}

/* Nearly always busy, or hardly ever, but never for so long idle that it would fall asleep; for @ms. */
static int load(struct job *job, bool heavy, long ms)
{
	int ret = 0;

	for (long end = now_ms() + ms; !ret && now_ms() < end;) {
		ret = job_occupy(job);
		if (!ret && heavy)
			usleep(60000);
		if (!ret)
			ret = job_release(job);
		if (!heavy)
			usleep(8000);
	}
	return ret;
}

/* Under that load, until the file says @hz. */
static bool load_leads(struct job *job, bool heavy, const char *file, long hz)
{
	for (long end = now_ms() + PATIENCE; now_ms() < end;) {
		if (load(job, heavy, 60))
			return false;
		if (read_number(file) == hz)
			return true;
	}
	return false;
}

static bool load_leads_to(struct job *job, bool heavy, long hz)
{
	return load_leads(job, heavy, DEVFREQ "cur_freq", hz);
}

TEST_F(devfreq, sysfs_describes_it)
{
	uint64_t max;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_MAX_FREQ, &max));
	EXPECT_EQ(HIGHEST, max);
	EXPECT_EQ(HIGHEST, read_number(DEVFREQ "max_freq"));
	EXPECT_EQ(LOWEST, read_number(DEVFREQ "min_freq"));
	EXPECT_EQ(50, read_number(DEVFREQ "polling_interval"));
	EXPECT_TRUE(contains(DEVFREQ "governor", "simple_ondemand"));
	EXPECT_TRUE(contains(DEVFREQ "available_frequencies", "320000000 600000000 900000000"));
	EXPECT_TRUE(contains(DEVFREQ "trans_stat", "Total transition"));
}

TEST_F_TIMEOUT(devfreq, follows_the_load, 120)
{
	struct job *job = &self->job;

	for (int i = 0; i < 2; i++) {
		EXPECT_TRUE(load_leads_to(job, false, LOWEST));
		if (read_number(CORE) >= 0)
			EXPECT_TRUE(load_leads(job, false, CORE, LOWEST));
		EXPECT_TRUE(load_leads_to(job, true, HIGHEST));
		if (read_number(CORE) >= 0)
			EXPECT_TRUE(load_leads(job, true, CORE, HIGHEST));
	}
}

enum boost { NO_BOOST, FENCE_BOOST, BUFFER_BOOST };

/* Whether the frequency rises while a short job is waited for. */
static int rises(struct job *job, enum boost boost)
{
	struct drm_msm_wait_fence request = {
		.flags = boost == FENCE_BOOST ? MSM_WAIT_FENCE_BOOST : 0,
		.queueid = job->submit.queueid,
	};
	int ret = job_occupy(job) | job_release(job);
	bool higher = false;

	/* If that one came after a pause, and so rose by itself, the next says nothing. */
	if (ret || cur_freq() != LOWEST)
		return ret ? -EIO : -EAGAIN;
	ret = job_occupy(job);
	if (ret)
		return ret;
	if (boost == BUFFER_BOOST) {
		ret = cpu_prep(job->fd, job->memory.handle, MSM_PREP_READ | MSM_PREP_BOOST,
			       in_ms(2));
		ret = ret == -EBUSY ? -ETIMEDOUT : ret;
	} else {
		request.fence = job->submit.fence;
		request.timeout = in_ms(2);
		ret = test_ioctl(job->fd, DRM_IOCTL_MSM_WAIT_FENCE, &request);
	}
	for (long end = now_ms() + 60; now_ms() <= end && !higher;)
		higher = cur_freq() > LOWEST;
	if (job_release(job) || ret != -ETIMEDOUT)
		return -EIO;
	return higher;
}

/*
 * A load too low for the governor, which rises with BOOST, and not without. On a busy machine either may
 * go wrong now and then: how often it rose with BOOST, less how often without, until that is PROOF.
 */
#define PROOF 4

#define BOOSTS_ONLY_AT_FIRST \
	"upstream boosts the first few times after it was loaded, and then hardly ever"

static int boost_raises(struct job *job, enum boost boost)
{
	long end = now_ms() + 90000;
	int ahead = 0;

	/* So that a job for which the CPU takes its time is no load worth mentioning. */
	write_number(DEVFREQ "polling_interval", 500);
	for (int i = 0; i < 40 && ahead < PROOF && now_ms() < end; i++) {
		int without, with;

		if (!load_leads_to(job, false, LOWEST))
			return -ETIMEDOUT;
		without = rises(job, NO_BOOST);
		if (!load_leads_to(job, false, LOWEST))
			return -ETIMEDOUT;
		with = rises(job, boost);
		if (without >= 0 && with >= 0)
			ahead += with - without;
	}
	return ahead;
}

TEST_F_TIMEOUT(devfreq, boosted_wait_for_a_fence, 120)
{
	if (!is_msmxx())
		SKIP(return, BOOSTS_ONLY_AT_FIRST);
	EXPECT_EQ(PROOF, boost_raises(&self->job, FENCE_BOOST));
}

TEST_F_TIMEOUT(devfreq, boosted_wait_for_a_buffer, 120)
{
	if (!is_msmxx())
		SKIP(return, BOOSTS_ONLY_AT_FIRST);
	EXPECT_EQ(PROOF, boost_raises(&self->job, BUFFER_BOOST));
}

TEST_F_TIMEOUT(devfreq, limits_of_the_user, 120)
{
	struct job *job = &self->job;

	ASSERT_EQ(0, write_number(DEVFREQ "max_freq", LOWEST));
	EXPECT_TRUE(load_leads_to(job, true, LOWEST));
	EXPECT_EQ(0, load(job, true, 300));
	EXPECT_EQ(LOWEST, cur_freq());
	if (is_msmxx()) {
		/* Also where it had been asleep; upstream wakes up at its highest frequency. */
		EXPECT_TRUE(suspends(5000));
		ASSERT_EQ(0, job_occupy(job));
		EXPECT_EQ(LOWEST, cur_freq());
		if (read_number(CORE) >= 0)
			EXPECT_EQ(LOWEST, read_number(CORE));
		ASSERT_EQ(0, job_release(job));
	}
	ASSERT_EQ(0, write_number(DEVFREQ "max_freq", HIGHEST));
	EXPECT_TRUE(load_leads_to(job, true, HIGHEST));

	ASSERT_EQ(0, write_number(DEVFREQ "min_freq", MIDDLE));
	EXPECT_TRUE(load_leads_to(job, false, MIDDLE));
	EXPECT_EQ(0, load(job, false, 300));
	EXPECT_LE(MIDDLE, cur_freq());
}

/* What a thermal zone would do. */
TEST_F_TIMEOUT(devfreq, limit_of_a_cooling_device, 120)
{
	struct job *job = &self->job;

	if (!contains(COOLING "type", "devfreq"))
		SKIP(return, "this kernel has no cooling devices of a device tree "
			     "(CONFIG_THERMAL_OF)");
	ASSERT_TRUE(load_leads_to(job, true, HIGHEST));
	ASSERT_EQ(0, write_number(COOLING "cur_state", 2));
	EXPECT_TRUE(load_leads_to(job, true, LOWEST));
	EXPECT_EQ(0, load(job, true, 200));
	EXPECT_EQ(LOWEST, cur_freq());
	ASSERT_EQ(0, write_number(COOLING "cur_state", 0));
	EXPECT_TRUE(load_leads_to(job, true, HIGHEST));
}

/* Nothing but a fence is missing: not worth a frequency, whatever the limits. It comes with the job. */
TEST_F_TIMEOUT(devfreq, lowest_while_a_job_waits, 60)
{
	struct job *job = &self->job;
	int timeline = sw_sync_open();

	if (timeline < 0 || read_number(CORE) < 0)
		SKIP(return, "this kernel has no sw_sync, or does not tell of clocks");
	if (!is_msmxx())
		SKIP(return, "upstream sleeps meanwhile, and leaves the clock as it was");
	ASSERT_EQ(0, write_number(DEVFREQ "min_freq", HIGHEST));
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_IN;
	for (unsigned int i = 1; i <= 3; i++) {
		job->submit.fence_fd = sw_sync_fence(timeline, i);
		ASSERT_EQ(0, job_occupy(job));
		close(job->submit.fence_fd);
		for (int ms = 0; ms < 5000 && read_number(CORE) != LOWEST; ms += 10)
			usleep(10000);
		EXPECT_EQ(LOWEST, read_number(CORE));
		EXPECT_EQ(HIGHEST, cur_freq());
		usleep(200000);
		EXPECT_EQ(LOWEST, read_number(CORE));

		ASSERT_EQ(0, sw_sync_advance(timeline, 1));
		for (int ms = 0; ms < 5000 && read_number(CORE) != HIGHEST; ms++)
			usleep(1000);
		EXPECT_EQ(HIGHEST, read_number(CORE));
		ASSERT_EQ(0, job_release(job));
	}
	close(timeline);
}

TEST_F_TIMEOUT(devfreq, after_a_hang, 120)
{
	struct job *job = &self->job;
	char patience[64];
	long period = read_number(HANGCHECK);

	if (!is_msmxx())
		SKIP(return, "upstream takes three seconds to notice a hang");
	ASSERT_EQ(0, read_text(JOB_TIMEOUT, patience, sizeof(patience)));
	ASSERT_EQ(0, hangcheck_period(100));
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, job_occupy(job));
		ASSERT_EQ(0, job_wait_long(job));
		EXPECT_TRUE(load_leads_to(job, true, HIGHEST));
		EXPECT_TRUE(load_leads_to(job, false, LOWEST));
	}
	/* As long as it was: the jobs of the other tests wait for a CPU that may be busy. */
	EXPECT_EQ(0, write_number(HANGCHECK, period));
	EXPECT_EQ(0, write_text(JOB_TIMEOUT, patience));
}

/* The load counts again after the system has slept, also if the GPU was at work just before. */
TEST_F_TIMEOUT(devfreq, after_the_system_slept, 120)
{
	struct job *job = &self->job;

	if (!is_msmxx())
		SKIP(return, "upstream locks up after a few sleeps (6.12), or stops scaling");
	if (!sleeps_are_tested())
		SKIP(return, "this kernel has no pm_test");
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, load(job, false, 100));
		ASSERT_EQ(0, system_sleeps(i % 2 ? "platform" : "devices"));
		EXPECT_TRUE(load_leads_to(job, true, HIGHEST));
		EXPECT_TRUE(load_leads_to(job, false, LOWEST));
	}
	write_text("/sys/power/pm_test", "none");
}

/* Reads and writes whatever is there, whether it comes or goes. */
static void use_sysfs(void)
{
	for (unsigned int i = 0;; i++) {
		contains(DEVFREQ "*", "nowhere");
		write_number(DEVFREQ "max_freq", i % 2 ? LOWEST : HIGHEST);
		write_number(DEVFREQ "polling_interval", i % 3 ? 50 : 1);
	}
}

TEST_F_TIMEOUT(devfreq, unbound_while_polled, 120)
{
	struct job *job = &self->job;
	char device[256];
	pid_t user;

	if (!is_msmxx())
		SKIP(return, "upstream's nodes stay, and oops");
	ASSERT_EQ(0, bound_device(device));
	user = fork();
	if (!user)
		use_sysfs();
	for (int i = 0; i < 4; i++) {
		/* The third time it is asleep. */
		ASSERT_EQ(0, load(job, true, 200));
		if (i == 2)
			EXPECT_TRUE(suspends(5000));
		ASSERT_EQ(0, tell_driver("unbind", device));
		EXPECT_EQ(-ENODEV, open_msm());
		ASSERT_EQ(0, tell_driver("bind", device));
		close(self->fd);
		self->fd = open_again();
		ASSERT_GE(self->fd, 0);
		ASSERT_EQ(0, job_init(job, self->fd));
	}
	kill(user, SIGKILL);
	waitpid(user, NULL, 0);
	write_number(DEVFREQ "polling_interval", 50);
	write_number(DEVFREQ "max_freq", HIGHEST);
	EXPECT_TRUE(load_leads_to(job, true, HIGHEST));
}

TEST_HARNESS_MAIN
