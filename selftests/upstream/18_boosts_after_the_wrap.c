// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 18: of the fences with a deadline that with the highest number is kept, and numbers wrap: the
 * first time some 256 jobs after the driver was loaded. From then on the one that is kept is over
 * before it begins, and no wait with BOOST raises the frequency.
 */
#include "../fixture.h"
#include "../msm_hang.h"

#define DEVFREQ "/sys/class/devfreq/*.gpu/"

/* The board's lowest operating point, Hz. */
#define LOWEST 320000000

static long cur_freq(void)
{
	return read_number(DEVFREQ "cur_freq");
}

/* Hardly any load, for half a second at least, until the frequency is the lowest. */
static bool slows_down(struct job *job)
{
	const long began = now_ms();

	while (now_ms() < began + 15000) {
		if (job_occupy(job) || job_release(job))
			return false;
		usleep(8000);
		if (now_ms() > began + 500 && cur_freq() == LOWEST)
			return true;
	}
	return false;
}

/* Whether the frequency rises while a job is waited for with BOOST. */
static bool boost_raises(struct job *job)
{
	struct drm_msm_wait_fence wait = {.flags = MSM_WAIT_FENCE_BOOST, .timeout = in_ms(2)};
	bool risen = false;

	if (job_occupy(job))
		return false;
	wait.fence = job->submit.fence;
	test_ioctl(job->fd, DRM_IOCTL_MSM_WAIT_FENCE, &wait);
	for (long end = now_ms() + 60; now_ms() <= end && !risen;)
		risen = cur_freq() > LOWEST;
	return !job_release(job) && risen;
}

TEST_F_TIMEOUT(msm, a_boost_after_many_jobs, 120)
{
	unsigned int risen = 0;
	struct job job;

	if (cur_freq() < 0)
		SKIP(return, "this kernel does not scale frequencies");
	ASSERT_EQ(0, job_init(&job, self->fd));
	/* So that a job for which the CPU takes its time is no load worth mentioning. */
	write_number(DEVFREQ "polling_interval", 500);
	ASSERT_TRUE(slows_down(&job));
	boost_raises(&job);
	for (int i = 0; i < 300; i++) {
		ASSERT_EQ(0, job_occupy(&job));
		ASSERT_EQ(0, job_release(&job));
	}
	for (int i = 0; i < 8 && risen < 3; i++) {
		ASSERT_TRUE(slows_down(&job));
		risen += boost_raises(&job);
	}
	write_number(DEVFREQ "polling_interval", 50);
	EXPECT_EQ(3, risen);
}

TEST_HARNESS_MAIN
