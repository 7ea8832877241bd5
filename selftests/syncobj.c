// SPDX-License-Identifier: GPL-2.0-only
/* GEM_SUBMIT with syncobjs: waiting, signalling, resetting, and what is refused. */
#include "fixture.h"

static uint32_t create(int fd, bool signalled)
{
	struct drm_syncobj_create request = {.flags = signalled ? DRM_SYNCOBJ_CREATE_SIGNALED : 0};

	return test_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &request) ? 0 : request.handle;
}

/* 0 once it has signalled, -ETIME if not within @ms, -EINVAL if there is no fence. */
static int wait_syncobj(int fd, uint32_t handle, long ms)
{
	struct drm_msm_timespec until = in_ms(ms);
	struct drm_syncobj_wait request = {
		.handles = (uintptr_t)&handle,
		.timeout_nsec = until.tv_sec * 1000000000 + until.tv_nsec,
		.count_handles = 1,
	};

	return test_ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &request);
}

FIXTURE(syncobj)
{
	struct job job;
	struct drm_msm_syncobj in;
	struct drm_msm_syncobj out;
};

FIXTURE_SETUP(syncobj)
{
	uint64_t chip;
	int fd = open_msm();

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, get_param(fd, MSM_PARAM_CHIP_ID, &chip));
	ASSERT_EQ(0, job_init(&self->job, fd));
	self->job.submit.in_syncobjs = (uintptr_t)&self->in;
	self->job.submit.out_syncobjs = (uintptr_t)&self->out;
}

FIXTURE_TEARDOWN(syncobj)
{
	close(self->job.fd);
}

static void wait_for(struct drm_msm_gem_submit *submit)
{
	submit->flags |= MSM_SUBMIT_SYNCOBJ_IN;
	submit->nr_in_syncobjs = 1;
}

static void signal_to(struct drm_msm_gem_submit *submit)
{
	submit->flags |= MSM_SUBMIT_SYNCOBJ_OUT;
	submit->nr_out_syncobjs = 1;
}

TEST_F(syncobj, signals_when_the_job_is_done)
{
	struct job *job = &self->job;

	self->out.handle = create(job->fd, false);
	signal_to(&job->submit);
	job_wait(job, 0);
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(-ETIME, wait_syncobj(job->fd, self->out.handle, 50));
	job->memory.map[0] = 1;
	EXPECT_EQ(0, wait_syncobj(job->fd, self->out.handle, 5000));
}

TEST_F(syncobj, a_job_without_commands_signals)
{
	struct job *job = &self->job;

	self->out.handle = create(job->fd, false);
	signal_to(&job->submit);
	job->submit.nr_cmds = 0;
	job->submit.nr_bos = 0;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(0, wait_syncobj(job->fd, self->out.handle, 5000));
}

TEST_F(syncobj, is_waited_for)
{
	struct job *first = &self->job, second;

	ASSERT_EQ(0, job_init(&second, first->fd));
	self->out.handle = create(first->fd, false);
	signal_to(&first->submit);
	job_wait(first, 0);
	ASSERT_EQ(0, queue_new(first->fd, 2, 0, &first->submit.queueid));
	ASSERT_EQ(0, job_submit(first));

	self->in.handle = self->out.handle;
	second.submit.in_syncobjs = (uintptr_t)&self->in;
	wait_for(&second.submit);
	job_write(&second, 0, 8);
	ASSERT_EQ(0, queue_new(first->fd, 0, 0, &second.submit.queueid));
	ASSERT_EQ(0, job_submit(&second));
	EXPECT_EQ(-ETIMEDOUT,
		  wait_fence(first->fd, second.submit.queueid, second.submit.fence, 50));
	EXPECT_EQ(0, second.memory.map[0]);
	first->memory.map[0] = 1;
	EXPECT_EQ(0, job_finish(&second));
	EXPECT_EQ(8, second.memory.map[0]);
}

TEST_F(syncobj, reset_empties_it)
{
	struct job *job = &self->job;

	job_write(job, 0, 1);
	self->in = (struct drm_msm_syncobj){create(job->fd, true), MSM_SYNCOBJ_RESET};
	wait_for(&job->submit);
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(0, job_finish(job));
	EXPECT_EQ(-EINVAL, wait_syncobj(job->fd, self->in.handle, 0));
	/* Nothing to wait for is an error. */
	EXPECT_EQ(-EINVAL, job_submit(job));
}

TEST_F(syncobj, bad_ones)
{
	struct job *job = &self->job;

	wait_for(&job->submit);
	job_write(job, 0, 1);
	EXPECT_GT(0, job_submit(job)); /* handle 0 */
	self->in = (struct drm_msm_syncobj){create(job->fd, true), 2};
	EXPECT_EQ(-EINVAL, job_submit(job));
	job->submit.in_syncobjs = BAD_ADDRESS;
	EXPECT_EQ(-EFAULT, job_submit(job));

	job->submit.flags = MSM_PIPE_3D0;
	signal_to(&job->submit);
	EXPECT_EQ(-EINVAL, job_submit(job)); /* handle 0 */
	self->out = (struct drm_msm_syncobj){create(job->fd, false), MSM_SYNCOBJ_RESET};
	EXPECT_EQ(-EINVAL, job_submit(job));
	job->submit.out_syncobjs = BAD_ADDRESS;
	EXPECT_EQ(-EFAULT, job_submit(job));
	EXPECT_EQ(-EINVAL, wait_fence(job->fd, 0, 1, 0));
}

/* Without timelines a point is refused. */
TEST_F(syncobj, timeline_points)
{
	struct job *job = &self->job;

	self->out = (struct drm_msm_syncobj){create(job->fd, false), 0, 5};
	signal_to(&job->submit);
	job_write(job, 0, 1);
	EXPECT_EQ(has_timelines(job->fd) ? 0 : -EOPNOTSUPP, job_submit(job));
}

/* Entries may be larger or smaller than we know; what is missing is 0. */
TEST_F(syncobj, stride)
{
	struct job *job = &self->job;
	struct {
		struct drm_msm_syncobj sync;
		uint64_t more;
	} entries[2] = {{.sync.handle = create(job->fd, false), .more = ~0ull},
			{.sync.handle = create(job->fd, false), .more = ~0ull}};

	signal_to(&job->submit);
	job->submit.out_syncobjs = (uintptr_t)entries;
	job->submit.nr_out_syncobjs = 2;
	job->submit.syncobj_stride = sizeof(entries[0]);
	job_write(job, 0, 1);
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(0, wait_syncobj(job->fd, entries[0].sync.handle, 5000));
	EXPECT_EQ(0, wait_syncobj(job->fd, entries[1].sync.handle, 5000));

	job->submit.nr_out_syncobjs = 1;
	job->submit.syncobj_stride = 8;
	EXPECT_EQ(0, job_submit(job));
	EXPECT_EQ(0, job_finish(job));
}

TEST_HARNESS_MAIN
