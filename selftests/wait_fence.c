// SPDX-License-Identifier: GPL-2.0-only
/* WAIT_FENCE: numbers of a queue. */
#include <pthread.h>
#include <signal.h>

#include "fixture.h"

static int wait_with(int fd, uint32_t queue, uint32_t fence, uint32_t flags,
		     struct drm_msm_timespec until)
{
	struct drm_msm_wait_fence request = {fence, flags, until, queue};

	return test_ioctl(fd, DRM_IOCTL_MSM_WAIT_FENCE, &request);
}

TEST_F(msm, a_job_that_is_done)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 99);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_NE(0, job.submit.fence);
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(99, job.memory.map[0]);
	/* Again, long retired, and the one before it. */
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(0, wait_with(self->fd, 0, job.submit.fence - 1, 0, in_ms(0)));
}

TEST_F(msm, a_job_that_is_not)
{
	struct job job;
	long start;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(-ETIMEDOUT, wait_with(self->fd, 0, job.submit.fence, 0, in_ms(0)));
	EXPECT_EQ(-ETIMEDOUT,
		  wait_with(self->fd, 0, job.submit.fence, 0, (struct drm_msm_timespec){0, 0}));
	start = now_ms();
	EXPECT_EQ(-ETIMEDOUT,
		  wait_with(self->fd, 0, job.submit.fence, MSM_WAIT_FENCE_BOOST, in_ms(100)));
	EXPECT_GE(now_ms() - start, 90);
	job.memory.map[0] = 1;
	EXPECT_EQ(0, job_finish(&job));
}

/* The end of time is far, what is before its beginning has passed. */
TEST_F(msm, times)
{
	static const struct drm_msm_timespec past[] = {{-1, 0}, {INT64_MIN, 0}, {0, 1}},
					     never[] = {{INT64_MAX, 0}, {INT64_MAX, 999999999}};
	struct drm_msm_timespec until;
	struct job job;
	long start;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	for (unsigned int i = 0; i < ARRAY_SIZE(past); i++) {
		EXPECT_EQ(-ETIMEDOUT, wait_with(self->fd, 0, job.submit.fence, 0, past[i]))
		TH_LOG("%u", i);
	}
	/* Nanoseconds that are negative count back from the second: this is soon, not before. */
	until = in_ms(1150);
	until.tv_nsec -= 1000000000;
	start = now_ms();
	EXPECT_EQ(-ETIMEDOUT, wait_with(self->fd, 0, job.submit.fence, 0, until));
	EXPECT_GE(now_ms() - start, 75);
	job.memory.map[0] = 1;
	for (unsigned int i = 0; i < ARRAY_SIZE(never); i++) {
		EXPECT_EQ(0, wait_with(self->fd, 0, job.submit.fence, 0, never[i]))
		TH_LOG("%u", i);
	}
}

/* Numbers go in a circle: half of it lies before the last one, the other half ahead of it. */
TEST_F(msm, numbers_that_wrap)
{
	struct job job;

	if (!is_msmxx())
		SKIP(return, "upstream takes numbers from 2^31 on for errors");
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 3);
	job.submit.flags |= MSM_SUBMIT_FENCE_SN_IN;
	for (uint32_t last = 0x7ffffffe; last != 0x80000002; last++) {
		job.submit.fence = last;
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_finish(&job));
		EXPECT_EQ(-EINVAL, wait_with(self->fd, 0, last + 1, 0, in_ms(0)));
	}
	job.submit.fence = 0xffffffff;
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(0, wait_with(self->fd, 0, 0x80000001, 0, in_ms(0)));
	EXPECT_EQ(-EINVAL, wait_with(self->fd, 0, 1, 0, in_ms(0)));
	job.submit.fence = 1;
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(0, wait_with(self->fd, 0, 0xffffffff, 0, in_ms(0)));
	EXPECT_EQ(-EINVAL, wait_with(self->fd, 0, 2, 0, in_ms(0)));
}

/** struct waiting - a thread that waits for a job of a queue */
struct waiting {
	int fd;
	uint32_t queue;
	uint32_t fence;
	pthread_t thread;
	int result;
};

static void *wait_in_thread(void *data)
{
	struct waiting *waiting = data;

	waiting->result = wait_fence(waiting->fd, waiting->queue, waiting->fence, 10000);
	return NULL;
}

/* Whoever waits already knows the job, whatever becomes of the queue; whoever comes later does not. */
TEST_F(msm, queue_close_against_wait)
{
	struct waiting waiting[2];
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &job.submit.queueid));
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	for (int i = 0; i < 2; i++) {
		waiting[i] = (struct waiting){self->fd, job.submit.queueid, job.submit.fence};
		ASSERT_EQ(0, pthread_create(&waiting[i].thread, NULL, wait_in_thread, &waiting[i]));
	}
	usleep(50000);
	EXPECT_EQ(0, queue_close(self->fd, job.submit.queueid));
	EXPECT_EQ(-ENOENT, wait_fence(self->fd, job.submit.queueid, job.submit.fence, 0));
	job.memory.map[0] = 1;
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_join(waiting[i].thread, NULL));
		/* ENOENT if the machine was slow, and the queue closed before the wait began. */
		EXPECT_TRUE(!waiting[i].result || waiting[i].result == -ENOENT)
		TH_LOG("%d", waiting[i].result);
	}
}

static void nothing(int signal) {}

/* A signal ends it with EINTR, and the time that was given is still the same. */
TEST_F(msm, a_signal_interrupts)
{
	struct sigaction action = {.sa_handler = nothing};
	struct drm_msm_wait_fence request = {};
	struct job job;

	ASSERT_EQ(0, sigaction(SIGALRM, &action, NULL));
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	request = (struct drm_msm_wait_fence){.fence = job.submit.fence, .timeout = in_ms(20000)};
	/* Again and again: the first may come before the call. */
	ualarm(50000, 50000);
	EXPECT_EQ(-1, ioctl(self->fd, DRM_IOCTL_MSM_WAIT_FENCE, &request));
	EXPECT_EQ(EINTR, errno);
	ualarm(0, 0);
	job.memory.map[0] = 1;
	EXPECT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_WAIT_FENCE, &request));
}

TEST_F(msm, numbers_count_up_within_a_queue)
{
	struct job job;
	uint32_t last;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	ASSERT_EQ(0, job_submit(&job));
	last = job.submit.fence;
	for (int i = 0; i < 10; i++) {
		ASSERT_EQ(0, job_submit(&job));
		EXPECT_EQ(last + 1, job.submit.fence);
		last = job.submit.fence;
	}
	EXPECT_EQ(0, job_finish(&job));
}

TEST_F(msm, the_future_is_invalid)
{
	struct job job;

	EXPECT_EQ(-EINVAL, wait_with(self->fd, 0, 1, 0, in_ms(0)));
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(-EINVAL, wait_with(self->fd, 0, job.submit.fence + 1, 0, in_ms(0)));
	EXPECT_EQ(0, job_finish(&job));
}

TEST_F(msm, bad_arguments)
{
	EXPECT_EQ(-EINVAL, wait_with(self->fd, 0, 0, 2, in_ms(0)));
	EXPECT_EQ(-EINVAL, wait_with(self->fd, 99, 0, 0x80000000, in_ms(0)));
	EXPECT_EQ(-ENOENT, wait_with(self->fd, 99, 0, 0, in_ms(0)));
	EXPECT_EQ(-EFAULT, test_ioctl(self->fd, DRM_IOCTL_MSM_WAIT_FENCE, (void *)1));
}

TEST_F(msm, nothing_submitted_is_nothing_to_wait_for)
{
	EXPECT_EQ(0, wait_with(self->fd, 0, 0, 0, in_ms(0)));
}

/* A short argument, as before queues existed: queue 0. */
TEST_F(msm, short_argument)
{
	struct {
		uint32_t fence;
		uint32_t pad;
		struct drm_msm_timespec timeout;
	} request = {.timeout = in_ms(5000)};
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 3);
	ASSERT_EQ(0, job_submit(&job));
	request.fence = job.submit.fence;
	EXPECT_EQ(0, test_ioctl(self->fd, _IOW('d', 0x47, request), &request));
	EXPECT_EQ(3, job.memory.map[0]);
}

TEST_HARNESS_MAIN
