// SPDX-License-Identifier: GPL-2.0-only
/* SUBMITQUEUE_NEW, _CLOSE and _QUERY. */
#include "fixture.h"

static int query(int fd, uint32_t id, uint32_t param, uint64_t data, uint32_t len, uint32_t pad)
{
	struct drm_msm_submitqueue_query request = {data, id, param, len, pad};

	return test_ioctl(fd, DRM_IOCTL_MSM_SUBMITQUEUE_QUERY, &request);
}

TEST_F(msm, every_priority_there_is)
{
	uint64_t priorities;
	uint32_t id;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_PRIORITIES, &priorities));
	for (uint32_t priority = 0; priority < priorities; priority++) {
		ASSERT_EQ(0, queue_new(self->fd, priority, 0, &id)) TH_LOG("priority %u", priority);
		EXPECT_EQ(0, queue_close(self->fd, id));
	}
	EXPECT_EQ(-EINVAL, queue_new(self->fd, priorities, 0, &id));
	EXPECT_EQ(-EINVAL, queue_new(self->fd, 0xffffffff, 0, &id));
}

TEST_F(msm, ids_differ)
{
	uint32_t first, second;

	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &first));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &second));
	EXPECT_NE(0, first);
	EXPECT_NE(first, second);
}

/* Priorities of each ring. */
#define LEVELS 3

TEST_F(msm, flags)
{
	uint64_t priorities;
	uint32_t id;

	for (int bit = 2; bit < 32; bit++) {
		EXPECT_EQ(-EINVAL, queue_new(self->fd, 0, 1u << bit, &id)) TH_LOG("bit %d", bit);
	}
	/* One ring has nothing to be preempted by. */
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_PRIORITIES, &priorities));
	EXPECT_EQ(priorities / LEVELS > 1 && is_newer_than_6_12(self->fd) ? 0 : -EINVAL,
		  queue_new(self->fd, 0, MSM_SUBMITQUEUE_ALLOW_PREEMPT, &id));
	/* A VM_BIND queue needs a VM_BIND context, which this is not. */
	EXPECT_EQ(-EINVAL, queue_new(self->fd, 0, MSM_SUBMITQUEUE_VM_BIND, &id));
}

TEST_F(msm, closing)
{
	uint32_t id;

	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &id));
	EXPECT_EQ(0, queue_close(self->fd, id));
	EXPECT_EQ(-ENOENT, queue_close(self->fd, id));
	EXPECT_EQ(-ENOENT, queue_close(self->fd, 0));
	EXPECT_EQ(-ENOENT, queue_close(self->fd, 0xffffffff));
}

TEST_F(msm, queues_belong_to_their_file)
{
	int other = open_msm();
	uint32_t id;

	ASSERT_GE(other, 0);
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &id));
	EXPECT_EQ(-ENOENT, queue_close(other, id));
	close(other);
}

TEST_F(msm, faults_of_a_queue)
{
	uint32_t faults = 0xdead, id;

	EXPECT_EQ(0, query(self->fd, 0, MSM_SUBMITQUEUE_PARAM_FAULTS, (uintptr_t)&faults, 4, 0));
	EXPECT_EQ(0, faults);
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &id));
	faults = 0xdead;
	EXPECT_EQ(0, query(self->fd, id, MSM_SUBMITQUEUE_PARAM_FAULTS, (uintptr_t)&faults, 4, 0));
	EXPECT_EQ(0, faults);
}

TEST_F(msm, a_query_copies_what_fits)
{
	uint32_t faults[2] = {0xffffffff, 0xffffffff};

	EXPECT_EQ(0, query(self->fd, 0, MSM_SUBMITQUEUE_PARAM_FAULTS, BAD_ADDRESS, 0, 0));
	EXPECT_EQ(0, query(self->fd, 0, MSM_SUBMITQUEUE_PARAM_FAULTS, (uintptr_t)faults, 2, 0));
	EXPECT_EQ(0xffff0000, faults[0]);
	EXPECT_EQ(0, query(self->fd, 0, MSM_SUBMITQUEUE_PARAM_FAULTS, (uintptr_t)faults, 8, 0));
	EXPECT_EQ(0, faults[0]);
	EXPECT_EQ(0xffffffff, faults[1]);
}

TEST_F(msm, a_query_that_is_wrong)
{
	EXPECT_EQ(-EINVAL, query(self->fd, 0, MSM_SUBMITQUEUE_PARAM_FAULTS, 0, 0, 1));
	EXPECT_EQ(-EINVAL, query(self->fd, 99, MSM_SUBMITQUEUE_PARAM_FAULTS, 0, 0, 1));
	EXPECT_EQ(-ENOENT, query(self->fd, 99, MSM_SUBMITQUEUE_PARAM_FAULTS, 0, 0, 0));
	EXPECT_EQ(-ENOENT, query(self->fd, 99, 7, 0, 0, 0));
	EXPECT_EQ(-EINVAL, query(self->fd, 0, 7, 0, 0, 0));
	EXPECT_EQ(-EFAULT, query(self->fd, 0, MSM_SUBMITQUEUE_PARAM_FAULTS, BAD_ADDRESS, 4, 0));
}

/* Closing does not stop what was submitted. */
TEST_F(msm, jobs_outlive_their_queue)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &job.submit.queueid));
	job_wait(&job, 0);
	job_write(&job, 1, 5);
	job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, queue_close(self->fd, job.submit.queueid));
	EXPECT_EQ(-ENOENT, wait_fence(self->fd, job.submit.queueid, job.submit.fence, 0));
	EXPECT_EQ(0, fence_fd_signalled(job.submit.fence_fd, 0));
	job.memory.map[0] = 1;
	EXPECT_EQ(1, fence_fd_signalled(job.submit.fence_fd, 5000));
	EXPECT_EQ(5, job.memory.map[1]);
	close(job.submit.fence_fd);
}

TEST_F(msm, many_queues)
{
	uint32_t ids[256];

	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++) {
		ASSERT_EQ(0, queue_new(self->fd, i % 3, 0, &ids[i]));
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(ids); i++) {
		ASSERT_EQ(0, queue_close(self->fd, ids[i]));
	}
}

TEST_HARNESS_MAIN
