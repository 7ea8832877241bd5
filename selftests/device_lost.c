// SPDX-License-Identifier: GPL-2.0-only
/* A GPU that does not answer any more: everything ends with an error, nothing hangs, and a bind helps. */
#include "kselftest_harness.h"
#include "board_plan.h"
#include "expect_dump.h"
#include "msm_bind.h"

FIXTURE(lost)
{
	int fd;
	char device[256];
};

FIXTURE_SETUP(lost)
{
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	if (!is_msmxx())
		SKIP(return, "upstream tries for ever, and its nodes outlive an unbind");
	if (access(PLAN, W_OK))
		SKIP(return, "only a board that can go wrong");
	ASSERT_EQ(0, bound_device(self->device));
	hangcheck_period(100);
	dump_begin();
}

FIXTURE_TEARDOWN(lost)
{
	hangcheck_period(250);
	close(self->fd);
}

static int submit(struct job *job, int fd, bool hang)
{
	int ret = job_init(job, fd);

	job_write(job, 1, 5);
	if (hang)
		job_wait(job, 8);
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	return ret ? ret : job_submit(job);
}

/* All that asks for the GPU is refused; what does not is as ever. */
static void expect_lost(struct __test_metadata *_metadata, int fd, struct job *job)
{
	uint64_t value;
	uint32_t queue, handle;
	char path[32];

	ASSERT_TRUE(node_path(fd, path));
	EXPECT_EQ(-EIO, job_submit(job));
	EXPECT_EQ(-EIO, get_param(fd, MSM_PARAM_TIMESTAMP, &value));
	EXPECT_EQ(-EIO, queue_new(fd, 0, 0, &queue));
	EXPECT_EQ(-EIO, open_node(path));
	EXPECT_EQ(0, get_param(fd, MSM_PARAM_CHIP_ID, &value));
	EXPECT_EQ(0, gem_new(fd, PAGE, MSM_BO_WC, &handle));
	EXPECT_EQ(0, gem_close(fd, handle));
	EXPECT_EQ(5, job->memory.map[1]);
}

static void bind_again(struct __test_metadata *_metadata, FIXTURE_DATA(lost) * self)
{
	uint64_t value;
	struct job job;

	ASSERT_EQ(0, tell_driver("unbind", self->device));
	EXPECT_EQ(-ENODEV, get_param(self->fd, MSM_PARAM_CHIP_ID, &value));
	ASSERT_EQ(0, tell_driver("bind", self->device));
	close(self->fd);
	self->fd = open_again();
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, submit(&job, self->fd, false));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(5, job.memory.map[1]);
	close(job.submit.fence_fd);
}

TEST_F_TIMEOUT(lost, under_jobs, 120)
{
	struct job jobs[4], before;

	ASSERT_EQ(0, submit(&before, self->fd, false));
	ASSERT_EQ(0, job_finish(&before));
	/* The first must not be found to hang before that. */
	hangcheck_period(2000);
	for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++)
		ASSERT_EQ(0, submit(&jobs[i], self->fd, i == 0));
	ASSERT_EQ(0, inject("lose-device"));
	for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++) {
		EXPECT_EQ(1, fence_fd_signalled(jobs[i].submit.fence_fd, HANG_PATIENCE));
		EXPECT_EQ(-EIO, fence_fd_status(jobs[i].submit.fence_fd));
		close(jobs[i].submit.fence_fd);
	}
	expect_lost(_metadata, self->fd, &before);
	/* Nothing was to be read of the GPU, but whose job it was is known. */
	EXPECT_DUMP(.job = &jobs[0], .any_reason = true);
	ASSERT_EQ(0, inject("none"));
	/* What is lost stays lost, until it is bound again. */
	expect_lost(_metadata, self->fd, &before);
	close(before.submit.fence_fd);
	bind_again(_metadata, self);
}

TEST_F_TIMEOUT(lost, asleep, 120)
{
	struct job before;

	ASSERT_EQ(0, submit(&before, self->fd, false));
	ASSERT_EQ(0, job_finish(&before));
	ASSERT_TRUE(suspends(10000));
	ASSERT_EQ(0, inject("lose-device"));
	/* The first one finds out. */
	expect_lost(_metadata, self->fd, &before);
	ASSERT_EQ(0, inject("none"));
	close(before.submit.fence_fd);
	bind_again(_metadata, self);
}

static void unmap(struct job *job)
{
	munmap((void *)job->code.map, PAGE);
	munmap((void *)job->memory.map, PAGE);
}

/* Nor does it keep the module: that goes while nothing answers, and comes back with the GPU. */
TEST_F_TIMEOUT(lost, unloaded, 120)
{
	struct job job, hanging;

	ASSERT_EQ(0, submit(&hanging, self->fd, true));
	ASSERT_EQ(0, inject("lose-device"));
	EXPECT_EQ(1, fence_fd_signalled(hanging.submit.fence_fd, HANG_PATIENCE));
	EXPECT_EQ(-EIO, fence_fd_status(hanging.submit.fence_fd));
	EXPECT_DUMP(.job = &hanging, .any_reason = true);
	close(hanging.submit.fence_fd);
	unmap(&hanging);
	close(self->fd);
	self->fd = -1;
	ASSERT_EQ(0, unload_module());
	EXPECT_EQ(-ENODEV, open_msm());

	ASSERT_EQ(0, inject("none"));
	ASSERT_EQ(0, system("modprobe msmxx"));
	self->fd = open_again();
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, submit(&job, self->fd, false));
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(5, job.memory.map[1]);
	EXPECT_TRUE(suspends(10000));
	close(job.submit.fence_fd);
}

/* Whether the dump was taken of a GPU that answered at first, and in the end did not. */
static bool stopped_answering(const struct crash_dump *dump)
{
	uint32_t count = dump->nr_registers;

	return count && dump->registers[0].value != ~0u && dump->registers[count - 1].value == ~0u;
}

/*
 * A second thing goes wrong while the first is taken down: in the middle of the registers the GPU loses its
 * power, and all that it held. A read in between takes a second, in which the plan has it go.
 */
TEST_F_TIMEOUT(lost, power_in_the_capture, 180)
{
	static struct crash_dump dump;
	bool met = false;

	/* On a busy machine it may go too early: that is no failure, but another test's matter. */
	for (int round = 0; round < 5 && !met; round++) {
		struct job job, next;

		ASSERT_EQ(0, submit(&job, self->fd, true));
		ASSERT_EQ(0, submit(&next, self->fd, false));
		for (int i = 0; i < 2000 && job.memory.map[1] != 5; i++)
			usleep(1000);
		ASSERT_EQ(0, inject("delay-mmio 1s at 300; drop-gx at 900"));
		EXPECT_EQ(0, job_wait_long(&next));
		EXPECT_EQ(5, next.memory.map[1]);
		EXPECT_EQ(1, fence_fd_status(next.submit.fence_fd));
		EXPECT_EQ(-EIO, fence_fd_status(job.submit.fence_fd));
		ASSERT_EQ(0, inject("none"));
		ASSERT_EQ(0, dump_take(HANG_PATIENCE, &dump)) TH_LOG("%s", dump.error);
		EXPECT_STREQ("", dump_check(&dump, &(struct expected_dump){.job = &job,
									   .any_reason = true}));
		met = stopped_answering(&dump);
		dump_free(&dump);
		ASSERT_TRUE(dump_discard());
		close(job.submit.fence_fd);
		close(next.submit.fence_fd);
	}
	EXPECT_TRUE(met);
	EXPECT_TRUE(suspends(10000));
}

/*
 * An SMMU that does not answer makes each buffer's unmapping wait for a second; but only until it is noticed
 * that the GPU is gone, however many there are.
 */
TEST_F_TIMEOUT(lost, closing_many_buffers, 180)
{
	enum { count = 40 };
	struct job hanging, jobs[count];
	int other = open_msm();
	long before;

	ASSERT_GE(other, 0);
	for (int i = 0; i < count; i++) {
		ASSERT_EQ(0, submit(&jobs[i], other, false));
		close(jobs[i].submit.fence_fd);
	}
	ASSERT_EQ(0, job_finish(&jobs[count - 1]));
	for (int i = 0; i < count; i++) {
		munmap((void *)jobs[i].code.map, PAGE);
		munmap((void *)jobs[i].memory.map, PAGE);
	}
	ASSERT_EQ(0, submit(&hanging, self->fd, true));
	ASSERT_EQ(0, inject("lose-device"));
	before = now_ms();
	close(other);
	EXPECT_GT(1000 * count, now_ms() - before);
	EXPECT_EQ(1, fence_fd_signalled(hanging.submit.fence_fd, HANG_PATIENCE));
	EXPECT_DUMP(.job = &hanging, .any_reason = true);
	EXPECT_EQ(-EIO, job_submit(&hanging));
	ASSERT_EQ(0, inject("none"));
	close(hanging.submit.fence_fd);
	bind_again(_metadata, self);
}

/* Firmware that comes up only the third time is good enough, in a reset as well. */
TEST_F_TIMEOUT(lost, mute_for_a_while, 120)
{
	struct job hanging, next;

	ASSERT_EQ(0, submit(&hanging, self->fd, true));
	ASSERT_EQ(0, submit(&next, self->fd, false));
	ASSERT_EQ(0, inject("mute-init times 2"));
	EXPECT_EQ(0, job_wait_long(&next));
	EXPECT_EQ(1, fence_fd_status(next.submit.fence_fd));
	EXPECT_EQ(5, next.memory.map[1]);
	EXPECT_EQ(-EIO, fence_fd_status(hanging.submit.fence_fd));
	EXPECT_DUMP(.job = &hanging);
	ASSERT_EQ(0, inject("none"));
	close(next.submit.fence_fd);
	close(hanging.submit.fence_fd);
}

/* So it is when a job wakes the GPU. */
TEST_F_TIMEOUT(lost, mute_at_power_up, 120)
{
	struct job job;

	ASSERT_EQ(0, submit(&job, self->fd, false));
	ASSERT_EQ(0, job_finish(&job));
	close(job.submit.fence_fd);
	ASSERT_TRUE(suspends(10000));
	ASSERT_EQ(0, inject("mute-init times 2"));
	ASSERT_EQ(0, submit(&job, self->fd, false));
	ASSERT_EQ(0, job_wait_long(&job));
	EXPECT_EQ(5, job.memory.map[1]);
	EXPECT_EQ(1, fence_fd_status(job.submit.fence_fd));
	ASSERT_EQ(0, inject("none"));
	close(job.submit.fence_fd);
}

/* It hangs, and does not come up again: nothing is written again, and everything fails. */
TEST_F_TIMEOUT(lost, in_a_reset, 120)
{
	struct job jobs[4], before;

	ASSERT_EQ(0, submit(&before, self->fd, false));
	ASSERT_EQ(0, job_finish(&before));
	close(before.submit.fence_fd);
	ASSERT_EQ(0, inject("mute-init"));
	/* All are there before the hang is noticed. */
	hangcheck_period(2000);
	for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++)
		ASSERT_EQ(0, submit(&jobs[i], self->fd, i == 0));
	for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++) {
		EXPECT_EQ(1, fence_fd_signalled(jobs[i].submit.fence_fd, HANG_PATIENCE));
		EXPECT_EQ(-EIO, fence_fd_status(jobs[i].submit.fence_fd)) TH_LOG("job %u", i);
		EXPECT_EQ(i == 0 ? 5 : 0, jobs[i].memory.map[1]) TH_LOG("job %u", i);
		close(jobs[i].submit.fence_fd);
	}
	EXPECT_DUMP(.job = &jobs[0]);
	ASSERT_EQ(0, inject("none"));
	expect_lost(_metadata, self->fd, &before);
	bind_again(_metadata, self);
}

/* Power that is gone for a moment, with all that the GPU and its SMMU held. */
TEST_F_TIMEOUT(lost, power_dropped, 120)
{
	static const char *const plans[] = {"drop-gx 1ms times 1", "drop-cx 1ms times 1"};
	struct job job, next;

	for (unsigned int i = 0; i < ARRAY_SIZE(plans); i++) {
		ASSERT_EQ(0, submit(&job, self->fd, true));
		ASSERT_EQ(0, inject(plans[i]));
		ASSERT_EQ(0, submit(&next, self->fd, false));
		EXPECT_EQ(0, job_wait_long(&next)) TH_LOG("%s", plans[i]);
		EXPECT_EQ(5, next.memory.map[1]) TH_LOG("%s", plans[i]);
		EXPECT_EQ(1, fence_fd_status(next.submit.fence_fd)) TH_LOG("%s", plans[i]);
		EXPECT_DUMP(.job = &job, .any_reason = true) TH_LOG("%s", plans[i]);
		ASSERT_EQ(0, inject("none"));
		close(next.submit.fence_fd);
		close(job.submit.fence_fd);
	}
}

TEST_HARNESS_MAIN
