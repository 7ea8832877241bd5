// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a job does to memory: all of it, before its fence signals, in order, and nowhere else. These
 * are the promises that a driver breaks without anybody noticing when it is wrong by a page or by a
 * moment.
 */
#include "kselftest_harness.h"
#include "fence_record.h"
#include "msm_hang.h"

/* Dwords; enough to take the GPU some milliseconds. */
#define LONG_COPY (256 * 1024)

FIXTURE(execution)
{
	int fd;
};

FIXTURE_SETUP(execution)
{
	uint64_t chip;

	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip));
	/* Nothing here hangs, and a busy machine must not make it look so. */
	hangcheck_period(20000);
}

FIXTURE_TEARDOWN(execution)
{
	close(self->fd);
	hangcheck_period(250);
}

/* Fails sooner than job_finish(): what is wrong here is mostly that nothing happens. */
static int finish(struct job *job)
{
	return wait_fence(job->fd, job->submit.queueid, job->submit.fence, 5000);
}

static void job_copy(struct job *job, uint32_t dwords, uint64_t from, uint64_t to)
{
	job_packet(job, CP_MEMCPY, 5);
	job_word(job, dwords);
	job_address(job, from);
	job_address(job, to);
}

static uint32_t pattern(uint32_t index)
{
	return index * 2654435761u + 1;
}

/** struct copier - a job that copies one large buffer into another */
struct copier {
	struct job job;
	struct buffer from, to;
	struct drm_msm_gem_submit_bo bos[4];
};

static int copier_init(struct copier *copier, int fd, uint32_t dwords)
{
	struct job *job = &copier->job;
	int ret = job_init(job, fd);

	if (!ret)
		ret = make_buffer(fd, dwords * 4, MSM_BO_WC, &copier->from);
	if (!ret)
		ret = make_buffer(fd, dwords * 4, MSM_BO_WC, &copier->to);
	if (ret)
		return ret;
	for (uint32_t i = 0; i < dwords; i++)
		copier->from.map[i] = pattern(i);
	copier->bos[0] = job->bos[0];
	copier->bos[1] = job->bos[1];
	copier->bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ, copier->from.handle, 0};
	copier->bos[3] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_WRITE, copier->to.handle, 0};
	job->submit.bos = (uintptr_t)copier->bos;
	job->submit.nr_bos = 4;
	return 0;
}

TEST_F(execution, every_page_is_the_right_one)
{
	const uint32_t dwords = 64 * PAGE / 4;
	struct copier copier;

	ASSERT_EQ(0, copier_init(&copier, self->fd, dwords));
	job_copy(&copier.job, dwords, copier.from.iova, copier.to.iova);
	ASSERT_EQ(0, job_submit(&copier.job));
	ASSERT_EQ(0, finish(&copier.job));
	for (uint32_t i = 0; i < dwords; i++)
		ASSERT_EQ(pattern(i), copier.to.map[i]);
}

TEST_F(execution, all_is_done_when_the_fence_signals)
{
	struct copier copier;

	ASSERT_EQ(0, copier_init(&copier, self->fd, LONG_COPY));
	job_copy(&copier.job, LONG_COPY, copier.from.iova, copier.to.iova);
	ASSERT_EQ(0, job_submit(&copier.job));
	ASSERT_EQ(0, finish(&copier.job));
	EXPECT_EQ(pattern(LONG_COPY - 1), copier.to.map[LONG_COPY - 1]);
}

/* The fence of one job says nothing of the next. */
TEST_F(execution, each_fence_is_for_its_own_job)
{
	struct copier copier;
	struct job first;

	ASSERT_EQ(0, job_init(&first, self->fd));
	job_wait(&first, 0);
	ASSERT_EQ(0, copier_init(&copier, self->fd, LONG_COPY));
	job_copy(&copier.job, LONG_COPY, copier.from.iova, copier.to.iova);

	ASSERT_EQ(0, job_submit(&first));
	ASSERT_EQ(0, job_submit(&copier.job));
	EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, 0, first.submit.fence, 20));
	first.memory.map[0] = 1;
	ASSERT_EQ(0, finish(&first));
	ASSERT_EQ(0, finish(&copier.job));
	EXPECT_EQ(pattern(LONG_COPY - 1), copier.to.map[LONG_COPY - 1]);
}

/* Nor does what a stream writes where the driver looks for it: neither its own job nor another is done. */
TEST_F(execution, a_forged_record_ends_nothing)
{
	struct job forger, innocent;
	uint64_t record;
	uint32_t value;
	int other;

	if (!is_msmxx())
		SKIP(return, "upstream believes what any stream can write");
	other = open_msm();
	ASSERT_EQ(0, find_fence_record(self->fd, &record, &value));
	ASSERT_EQ(0, job_init(&innocent, other));
	job_wait(&innocent, 0);
	job_write(&innocent, 1, 5);

	ASSERT_EQ(0, job_init(&forger, self->fd));
	job_forge(&forger, record, value + 100);
	job_write(&forger, 1, 4);
	job_wait(&forger, 0);
	ASSERT_EQ(0, job_submit(&forger));
	ASSERT_EQ(0, job_submit(&innocent));
	for (int i = 0; i < 1000 && forger.memory.map[1] != 4; i++)
		usleep(1000);
	ASSERT_EQ(4, forger.memory.map[1]);
	EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, 0, forger.submit.fence, 50));
	EXPECT_EQ(-ETIMEDOUT, wait_fence(other, 0, innocent.submit.fence, 50));

	/* The forger ends, the other has only begun. */
	forger.memory.map[0] = 1;
	EXPECT_EQ(0, finish(&forger));
	EXPECT_EQ(-ETIMEDOUT, wait_fence(other, 0, innocent.submit.fence, 50));
	innocent.memory.map[0] = 1;
	EXPECT_EQ(0, finish(&innocent));
	EXPECT_EQ(5, innocent.memory.map[1]);
	close(other);
}

/* More than fits into any ring at a time. */
TEST_F(execution, many_jobs_behind_one_that_waits)
{
	enum { jobs = 400, commands = 64 };
	struct drm_msm_gem_submit_cmd cmds[commands];
	struct job blocker, counter;

	ASSERT_EQ(0, job_init(&blocker, self->fd));
	job_wait(&blocker, 0);
	ASSERT_EQ(0, job_init(&counter, self->fd));
	/* memory[0] = memory[0] + memory[1] */
	counter.memory.map[1] = 1;
	job_packet(&counter, CP_MEM_TO_MEM, 7);
	job_word(&counter, 0);
	job_address(&counter, counter.memory.iova);
	job_address(&counter, counter.memory.iova);
	job_address(&counter, counter.memory.iova + 4);
	for (uint32_t i = 0; i < commands; i++)
		cmds[i] = counter.cmd;
	counter.submit.cmds = (uintptr_t)cmds;
	counter.submit.nr_cmds = commands;

	ASSERT_EQ(0, job_submit(&blocker));
	for (uint32_t i = 0; i < jobs; i++) {
		ASSERT_EQ(0, job_submit(&counter));
		if (i == jobs / 2)
			blocker.memory.map[0] = 1;
	}
	ASSERT_EQ(0, wait_fence(self->fd, 0, counter.submit.fence, 15000));
	EXPECT_EQ(jobs * commands, counter.memory.map[0]);
}

TEST_F(execution, what_is_only_to_be_read_is_not_written)
{
	struct buffer constant;
	struct job job;

	if (is_newer_upstream(self->fd))
		SKIP(return, "upstream stops its hangcheck for the dump: stuck until the next job");
	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC | MSM_BO_GPU_READONLY, &constant));
	job.bos[1] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ, constant.handle, 0};
	constant.map[0] = 0x5afe;
	job_packet(&job, CP_MEM_WRITE, 3);
	job_address(&job, constant.iova);
	job_word(&job, 0xbad);
	ASSERT_EQ(0, job_submit(&job));
	/* Upstream's 6.12 takes the fault's stall for a hang, seconds later. */
	EXPECT_EQ(0, wait_fence(self->fd, 0, job.submit.fence, 20000));
	EXPECT_EQ(0x5afe, constant.map[0]);
}

TEST_F(execution, a_buffer_is_busy_until_its_job_is_done)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(-EBUSY,
		  cpu_prep(self->fd, job.memory.handle, MSM_PREP_READ | MSM_PREP_NOSYNC, in_ms(0)));
	job.memory.map[0] = 1;
	EXPECT_EQ(0, cpu_prep(self->fd, job.memory.handle, MSM_PREP_READ, in_ms(2000)));
}

/* Closed in the middle of the job, and still there for it. */
TEST_F(execution, a_closed_buffer_stays_for_the_job)
{
	struct copier copier;

	if (is_newer_upstream(self->fd))
		SKIP(return, "upstream's close waits for the GPU, which waits for us");
	ASSERT_EQ(0, copier_init(&copier, self->fd, PAGE / 4));
	job_wait(&copier.job, 0);
	job_copy(&copier.job, PAGE / 4, copier.from.iova, copier.to.iova);
	ASSERT_EQ(0, job_submit(&copier.job));
	ASSERT_EQ(0, gem_close(self->fd, copier.to.handle));
	EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, 0, copier.job.submit.fence, 20));
	copier.job.memory.map[0] = 1;
	ASSERT_EQ(0, finish(&copier.job));
	/* The mapping of the CPU keeps the memory, though not its address. */
	EXPECT_EQ(pattern(PAGE / 4 - 1), copier.to.map[PAGE / 4 - 1]);
}

/* The GPU loses everything when it sleeps; who used it last must not notice. */
TEST_F(execution, the_same_address_space_after_a_sleep)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	for (uint32_t i = 0; i < 3; i++) {
		job.memory.map[0] = 0;
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, finish(&job));
		EXPECT_EQ(1, job.memory.map[0]);
		ASSERT_TRUE(suspends(10000));
	}
}

/*
 * Nor is it done when the driver looks after jobs whose interrupt it may have missed, right after a
 * sleep. This one's period must be the first: a timer that runs is left alone.
 */
FIXTURE(patience)
{
	int fd;
};

FIXTURE_SETUP(patience)
{
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	hangcheck_period(500);
}

FIXTURE_TEARDOWN(patience)
{
	close(self->fd);
	hangcheck_period(250);
}

TEST_F(patience, a_job_that_waits_is_not_done)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	usleep(150000);
	ASSERT_EQ(0, job_submit(&job));
	/* One look; a second one at the same place would be a hang. */
	EXPECT_EQ(-ETIMEDOUT, wait_fence(self->fd, 0, job.submit.fence, 700));
	job.memory.map[0] = 1;
	EXPECT_EQ(0, finish(&job));
}

TEST_HARNESS_MAIN
