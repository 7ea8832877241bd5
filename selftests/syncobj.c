// SPDX-License-Identifier: GPL-2.0-only
/* GEM_SUBMIT with syncobjs: waiting, signalling, resetting, and what is refused. */
#include "fixture.h"

static uint32_t create(int fd, bool signalled)
{
	uint32_t handle;

	return syncobj_new(fd, signalled, &handle) ? 0 : handle;
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
	int fd = open_client();

	ASSERT_GE(fd, 0);
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
	EXPECT_EQ(-ENOENT, job_submit(job)); /* handle 0 */
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

/* What is said of syncobjs counts if the flag says that there are some, and not otherwise. */
TEST_F(syncobj, none)
{
	struct job *job = &self->job;

	job_write(job, 0, 1);
	job->submit.in_syncobjs = job->submit.out_syncobjs = BAD_ADDRESS;
	job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_IN | MSM_SUBMIT_SYNCOBJ_OUT;
	ASSERT_EQ(0, job_submit(job));
	job->submit.syncobj_stride = 0;
	ASSERT_EQ(0, job_submit(job));
	job->submit.flags = MSM_PIPE_3D0;
	job->submit.nr_in_syncobjs = job->submit.nr_out_syncobjs = 0xffffffff;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(3, job->submit.fence);
	EXPECT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);
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

/* 0 once @point has signalled, -ETIME if not within @ms, -EINVAL if nothing is to signal it. */
static int wait_point(int fd, uint32_t handle, uint64_t point, uint32_t flags, long ms)
{
	struct drm_msm_timespec until = in_ms(ms);
	struct drm_syncobj_timeline_wait request = {
		.handles = (uintptr_t)&handle,
		.points = (uintptr_t)&point,
		.timeout_nsec = until.tv_sec * 1000000000 + until.tv_nsec,
		.count_handles = 1,
		.flags = flags,
	};

	return test_ioctl(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_WAIT, &request);
}

static int signal_point(int fd, uint32_t handle, uint64_t point)
{
	struct drm_syncobj_timeline_array request = {
		.handles = (uintptr_t)&handle,
		.points = (uintptr_t)&point,
		.count_handles = 1,
	};

	return test_ioctl(fd, DRM_IOCTL_SYNCOBJ_TIMELINE_SIGNAL, &request);
}

TEST_F(syncobj, a_point_signals_with_its_job)
{
	static const uint64_t points[] = {1, 7, 0xffffffff, 0x100000000, 0x7fffffff00000001};
	struct job *job = &self->job;
	uint32_t handle = create(job->fd, false);

	if (!has_timelines(job->fd))
		SKIP(return, "no timelines");
	signal_to(&job->submit);
	for (unsigned int i = 0; i < ARRAY_SIZE(points); i++) {
		job->words = 0;
		job_wait(job, 0);
		job_write(job, 0, 0);
		self->out = (struct drm_msm_syncobj){handle, 0, points[i]};
		ASSERT_EQ(0, job_submit(job));
		EXPECT_EQ(-ETIME, wait_point(job->fd, handle, points[i], 0, 20));
		EXPECT_EQ(-EINVAL, wait_point(job->fd, handle, points[i] + 1, 0, 0));
		job->memory.map[0] = 1;
		EXPECT_EQ(0, wait_point(job->fd, handle, points[i], 0, 5000));
		ASSERT_EQ(0, job_finish(job));
	}
}

/* A submit does not wait for a point that nobody has promised; userspace may, and then submits. */
TEST_F(syncobj, a_point_to_come)
{
	struct job *job = &self->job;
	uint32_t handle = create(job->fd, false);

	if (!has_timelines(job->fd))
		SKIP(return, "no timelines");
	job_write(job, 0, 1);
	self->in = (struct drm_msm_syncobj){handle, 0, 3};
	wait_for(&job->submit);
	EXPECT_EQ(-EINVAL, job_submit(job));
	EXPECT_EQ(-ETIME,
		  wait_point(job->fd, handle, 3, DRM_SYNCOBJ_WAIT_FLAGS_WAIT_FOR_SUBMIT, 20));
	ASSERT_EQ(0, signal_point(job->fd, handle, 3));
	EXPECT_EQ(0, wait_point(job->fd, handle, 3, DRM_SYNCOBJ_WAIT_FLAGS_WAIT_AVAILABLE, 0));
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);
}

/* Waiting for it, emptying it and filling it anew, all in one. */
TEST_F(syncobj, in_reset_and_out)
{
	struct job *job = &self->job;
	uint32_t handle = create(job->fd, true);

	job_wait(job, 0);
	self->in = (struct drm_msm_syncobj){handle, MSM_SYNCOBJ_RESET};
	self->out = (struct drm_msm_syncobj){handle};
	wait_for(&job->submit);
	signal_to(&job->submit);
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(-ETIME, wait_syncobj(job->fd, handle, 20));
	job->memory.map[0] = 1;
	EXPECT_EQ(0, wait_syncobj(job->fd, handle, 5000));
}

TEST_F(syncobj, many)
{
	static struct drm_msm_syncobj in[300], out[300];
	struct job *job = &self->job;

	for (unsigned int i = 0; i < ARRAY_SIZE(in); i++) {
		in[i].handle = create(job->fd, true);
		in[i].flags = i % 2 ? MSM_SYNCOBJ_RESET : 0;
		out[i].handle = create(job->fd, false);
	}
	job_write(job, 0, 1);
	job->submit.flags |= MSM_SUBMIT_SYNCOBJ_IN | MSM_SUBMIT_SYNCOBJ_OUT;
	job->submit.in_syncobjs = (uintptr_t)in;
	job->submit.out_syncobjs = (uintptr_t)out;
	job->submit.nr_in_syncobjs = ARRAY_SIZE(in);
	job->submit.nr_out_syncobjs = ARRAY_SIZE(out);
	ASSERT_EQ(0, job_submit(job));
	for (unsigned int i = 0; i < ARRAY_SIZE(in); i++) {
		ASSERT_EQ(0, wait_syncobj(job->fd, out[i].handle, 5000));
		ASSERT_EQ(i % 2 ? -EINVAL : 0, wait_syncobj(job->fd, in[i].handle, 0));
	}

	/* The last is wrong: none of the others is touched. */
	out[ARRAY_SIZE(out) - 1].handle = 0xffffffff;
	EXPECT_EQ(-EINVAL, job_submit(job)); /* of those to be waited for half are empty */
	job->submit.flags &= ~MSM_SUBMIT_SYNCOBJ_IN;
	EXPECT_EQ(-EINVAL, job_submit(job));
	EXPECT_EQ(0, wait_syncobj(job->fd, out[0].handle, 0));
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
