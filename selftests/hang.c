// SPDX-License-Identifier: GPL-2.0-only
/*
 * A job that does not get on is taken off the GPU, and nobody else's work is harmed.
 *
 *	MSMXX_HANG_SECONDS	how long many processes are disturbed by one (15)
 *	MSMXX_HANGS		how many hangs in a row the power must survive (20)
 *	MSMXX_RESETS		how many resets on request, under jobs (20)
 */
#include "kselftest_harness.h"
#include "board_plan.h"
#include "debugfs.h"
#include "expect_dump.h"
#include "fence_record.h"

#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* Long enough that a busy machine does not make innocent jobs look hung. */
#define PERIOD 150

static int environment(const char *name, int otherwise)
{
	const char *text = getenv(name);

	return text ? atoi(text) : otherwise;
}

FIXTURE(hang)
{
	int fd;
	uint64_t faults;
};

/* Upstream takes three seconds for a hang that the GPU does not tell of: there are fewer of them there. */
#define HANGS(ours, upstreams) (is_msmxx() ? (ours) : (upstreams))

/*
 * Upstream has a hung job's fence signal, and then resets the GPU: what comes meanwhile, or stood behind the
 * job, may be lost as well, now and then. So there the next one is not submitted until that is over, and
 * others' jobs are not counted.
 */
#define LOSES_OTHERS "upstream was seen to fail a job behind the guilty one as well"

static void wait_for_reset(void)
{
	if (!is_msmxx())
		sleep(1);
}

FIXTURE_SETUP(hang)
{
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	hangcheck_period(PERIOD);
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_FAULTS, &self->faults));
	dump_begin();
}

FIXTURE_TEARDOWN(hang)
{
	wait_for_reset();
	close(self->fd);
	hangcheck_period(250);
}

/* Hangs since the fixture was set up, of this file. */
static int hangs(int fd, uint64_t before)
{
	uint64_t now = 0;

	return get_param(fd, MSM_PARAM_FAULTS, &now) ? -1 : (int)(now - before);
}

/* A job that writes @value to word 1; 0 or -errno */
static int submit_write(struct job *job, int fd, uint32_t value)
{
	int ret = job_init(job, fd);

	job_write(job, 1, value);
	return ret ? ret : job_submit(job);
}

/* Each way of not getting on: what was written before it is there, and what comes behind it runs. */
static void wait_at(struct job *job)
{
	job_wait(job, 8);
}

static void (*const ways[])(struct job *) = {
	wait_at, job_bad_header, job_bad_opcode, job_protected, job_for_ever,
};
static const char *const reasons[] = {
	"no progress",
	"command processor error",
	"command processor error",
	"command processor error",
	"no progress",
};

TEST_F_TIMEOUT(hang, each_way, 180)
{
	const bool behind = is_msmxx();

	int count = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(ways); i += HANGS(1, 2)) {
		struct job hanging, next;

		ASSERT_EQ(0, job_init(&hanging, self->fd));
		job_write(&hanging, 1, 4);
		ways[i](&hanging);
		ASSERT_EQ(0, job_submit(&hanging));
		if (behind)
			ASSERT_EQ(0, submit_write(&next, self->fd, 5));
		/* That it failed is told by the counter. */
		EXPECT_EQ(0, job_wait_long(&hanging)) TH_LOG("way %u", i);
		wait_for_reset();
		if (!behind)
			ASSERT_EQ(0, submit_write(&next, self->fd, 5));
		EXPECT_EQ(++count, hangs(self->fd, self->faults)) TH_LOG("way %u", i);
		EXPECT_EQ(4, hanging.memory.map[1]) TH_LOG("way %u", i);
		EXPECT_EQ(0, job_wait_long(&next)) TH_LOG("way %u", i);
		EXPECT_EQ(5, next.memory.map[1]) TH_LOG("way %u", i);
		EXPECT_DUMP(.job = &hanging, .reason = reasons[i]) TH_LOG("way %u", i);
	}
}

/* A job that writes, then has the CP go through many packets, then writes again. */
static int job_many_packets(struct job *job, int fd)
{
	int ret = job_init(job, fd);

	job_write(job, 1, 4);
	for (int i = 0; i < 300; i++) {
		job_packet(job, CP_NOP, 1);
		job_word(job, 0);
	}
	job_write(job, 2, 5);
	return ret;
}

/* What the GPU itself finds out nobody waits for the hangcheck for, which looks every twenty seconds here. */
TEST_F_TIMEOUT(hang, the_gpu_tells_of_it, 60)
{
	struct job hanging, next;
	long start;

	if (access(PLAN, W_OK))
		SKIP(return, "only a board that can go wrong");
	hangcheck_period(20000);
	ASSERT_EQ(0, job_many_packets(&hanging, self->fd));
	ASSERT_EQ(0, submit_write(&next, self->fd, 5));
	ASSERT_EQ(0, job_wait_long(&next));
	ASSERT_EQ(0, inject("hang at 150"));
	start = now_ms();
	ASSERT_EQ(0, job_submit(&hanging));
	EXPECT_EQ(0, job_wait_long(&hanging));
	EXPECT_GT(10000, now_ms() - start);
	wait_for_reset();
	next.memory.map[1] = 0;
	ASSERT_EQ(0, job_submit(&next));
	EXPECT_EQ(0, job_wait_long(&next));
	EXPECT_EQ(1, injected().happened);
	ASSERT_EQ(0, inject("none"));
	EXPECT_EQ(1, hangs(self->fd, self->faults));
	EXPECT_EQ(4, hanging.memory.map[1]);
	EXPECT_EQ(0, hanging.memory.map[2]);
	EXPECT_EQ(5, next.memory.map[1]);
	EXPECT_DUMP(.job = &hanging, .reason = "hang detected");
}

/* It also does when the SMMU holds a page fault back: then nothing has hung, and the job goes on. */
TEST_F_TIMEOUT(hang, a_stalled_fault_is_none, 60)
{
	const uint64_t nowhere = 0x7ffff003a8;
	struct job job;

	if (access(PLAN, W_OK))
		SKIP(return, "only a board that can go wrong");
	if (is_newer_upstream(self->fd))
		SKIP(return, "upstream stops its hangcheck for the dump: stuck until the next job, "
			     "then hung");
	hangcheck_period(20000);
	/* msmxx does not hold back one that comes shortly after another. */
	if (is_msmxx())
		ASSERT_TRUE(suspends(10000));
	usleep(600000);
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 4);
	job_packet(&job, CP_MEM_WRITE, 3);
	job_address(&job, nowhere);
	job_word(&job, 1);
	job_write(&job, 2, 5);
	/* It must not be over before anyone can be wrong about it. */
	job_wait(&job, 8);
	job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, inject("hang-irq times 1"));
	ASSERT_EQ(0, job_submit(&job));
	for (int i = 0; i < HANG_PATIENCE && job.memory.map[2] != 5; i++)
		usleep(1000);
	EXPECT_EQ(5, job.memory.map[2]);
	EXPECT_EQ(0, fence_fd_signalled(job.submit.fence_fd, 200));
	job.memory.map[8] = 1;
	EXPECT_EQ(1, fence_fd_signalled(job.submit.fence_fd, HANG_PATIENCE));
	EXPECT_EQ(1, fence_fd_status(job.submit.fence_fd));
	EXPECT_EQ(1, injected().happened);
	ASSERT_EQ(0, inject("none"));
	EXPECT_EQ(0, hangs(self->fd, self->faults));
	EXPECT_EQ(4, job.memory.map[1]);
	EXPECT_DUMP(.job = &job, .fault = true, .iova = nowhere, .write = true, .source = "CP");
	close(job.submit.fence_fd);
}

/* The fence tells it too, and the queue. */
TEST_F_TIMEOUT(hang, who_is_told, 60)
{
	struct job hanging;
	uint32_t mine, other, faults = 0;
	struct drm_msm_submitqueue_query query = {.param = MSM_SUBMITQUEUE_PARAM_FAULTS,
						  .data = (uintptr_t)&faults,
						  .len = sizeof(faults)};
	int another = open_msm();

	ASSERT_EQ(0, queue_new(self->fd, 1, 0, &mine));
	ASSERT_EQ(0, queue_new(self->fd, 1, 0, &other));
	ASSERT_EQ(0, job_init(&hanging, self->fd));
	job_bad_header(&hanging);
	hanging.submit.queueid = mine;
	hanging.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(&hanging));
	ASSERT_EQ(1, fence_fd_signalled(hanging.submit.fence_fd, HANG_PATIENCE));
	/* Upstream's fences never say so. */
	if (is_msmxx())
		EXPECT_EQ(-EIO, fence_fd_status(hanging.submit.fence_fd));
	query.id = mine;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_SUBMITQUEUE_QUERY, &query));
	EXPECT_EQ(1, faults);
	query.id = other;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_SUBMITQUEUE_QUERY, &query));
	EXPECT_EQ(0, faults);
	EXPECT_EQ(1, hangs(self->fd, self->faults));
	EXPECT_EQ(0, hangs(another, 0));
	wait_for_reset();
	EXPECT_DUMP(.job = &hanging, .reason = "command processor error");
	close(another);
	close(hanging.submit.fence_fd);
}

#define ELSEWHERE "elsewhere"

/* job_submit() by another process, which has the same files and its own name; it ends at once. */
static int submit_elsewhere(struct job *job)
{
	struct drm_msm_gem_submit *submit =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = 1;
	pid_t child;

	if (submit == MAP_FAILED)
		return -ENOMEM;
	child = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);
	if (!child) {
		int ret = prctl(PR_SET_NAME, ELSEWHERE) ? -errno : job_submit(job);

		*submit = job->submit;
		_exit(ret ? 1 : 0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child)
		job->submit = *submit;
	munmap(submit, PAGE);
	return status ? -EIO : 0;
}

/*
 * What the jobs of two files count up in memory that both have mapped: each adds 1 to the first word and
 * keeps the sum in a word of its own. One that ran twice shows in all that come after it, one that ran out of
 * turn in its own word.
 */
struct tally {
	struct buffer buffer;
	uint32_t handles[2];
	uint64_t iovas[2];
};

enum { tally_sum, tally_one, tally_first };

static int tally_init(struct tally *tally, const int files[2])
{
	int dma_buf, ret = make_buffer(files[0], PAGE, MSM_BO_WC, &tally->buffer);

	if (ret)
		return ret;
	tally->buffer.map[tally_one] = 1;
	tally->handles[0] = tally->buffer.handle;
	dma_buf = prime_export(files[0], tally->buffer.handle);
	ret = dma_buf < 0 ? dma_buf : prime_import(files[1], dma_buf, &tally->handles[1]);
	close(dma_buf);
	for (int i = 0; i < 2 && !ret; i++)
		ret = gem_info(files[i], tally->handles[i], MSM_INFO_GET_IOVA, &tally->iovas[i]);
	return ret;
}

/* Has @job, of file @file, count for word @index; @bos stay as long as the job. */
static void tally_job(const struct tally *tally, struct job *job, int file, uint32_t index,
		      struct drm_msm_gem_submit_bo bos[3])
{
	const uint64_t iova = tally->iovas[file];

	job_packet(job, CP_MEM_TO_MEM, 7);
	job_word(job, 0);
	job_address(job, iova + 4 * tally_sum);
	job_address(job, iova + 4 * tally_sum);
	job_address(job, iova + 4 * tally_one);
	job_packet(job, CP_MEMCPY, 5);
	job_word(job, 1);
	job_address(job, iova + 4 * tally_sum);
	job_address(job, iova + 4 * index);
	memcpy(bos, job->bos, sizeof(job->bos));
	bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE,
						tally->handles[file]};
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = 3;
}

/*
 * Two files' jobs, of several processes, stand in the ring by turns, and one hangs: all run once and in their
 * order, which the buffer that they share asks for, and all but that one are said to be done.
 */
static void hang_one(struct __test_metadata *_metadata, int fd, int count, int guilty)
{
	struct drm_msm_gem_submit_bo bos[16][3];
	struct job jobs[16];
	struct tally tally;
	int files[2] = {fd, open_msm()};
	uint64_t before;

	ASSERT_GE(files[1], 0);
	ASSERT_EQ(0, tally_init(&tally, files));
	ASSERT_EQ(0, get_param(fd, MSM_PARAM_FAULTS, &before));
	for (int i = 0; i < count; i++) {
		ASSERT_EQ(0, job_init(&jobs[i], files[i % 2]));
		tally_job(&tally, &jobs[i], i % 2, tally_first + i, bos[i]);
		if (i == guilty)
			job_wait(&jobs[i], 8);
		jobs[i].submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	}
	for (int i = 0; i < count; i++)
		ASSERT_EQ(0, i % 2 ? submit_elsewhere(&jobs[i]) : job_submit(&jobs[i]));
	for (int i = 0; i < count; i++) {
		EXPECT_EQ(0, job_wait_long(&jobs[i])) TH_LOG("job %d", i);
		EXPECT_EQ(1 + i, tally.buffer.map[tally_first + i])
		TH_LOG("job %d of %d, %d hung", i, count, guilty);
		if (is_msmxx())
			EXPECT_EQ(i == guilty ? -EIO : 1, fence_fd_status(jobs[i].submit.fence_fd))
		TH_LOG("job %d of %d, %d hung", i, count, guilty);
		close(jobs[i].submit.fence_fd);
		if (i == guilty)
			EXPECT_DUMP(.job = &jobs[i], .comm = i % 2 ? ELSEWHERE : NULL,
				    .gone = i % 2)
		TH_LOG("%d of %d hung", guilty, count);
		job_free(&jobs[i]);
	}
	EXPECT_EQ(count, tally.buffer.map[tally_sum]) TH_LOG("%d of %d hung", guilty, count);
	EXPECT_EQ(guilty % 2 == 0, hangs(fd, before));
	EXPECT_EQ(guilty % 2, hangs(files[1], 0));
	munmap((void *)tally.buffer.map, tally.buffer.size);
	gem_close(fd, tally.buffer.handle);
	close(files[1]);
}

TEST_F_TIMEOUT(hang, one_of_many, 60)
{
	if (!is_msmxx())
		SKIP(return, LOSES_OTHERS);
	hang_one(_metadata, self->fd, 16, 5);
}

TEST_F_TIMEOUT(hang, each_of_many, 120)
{
	enum { count = 6 };

	if (!is_msmxx())
		SKIP(return, LOSES_OTHERS);
	for (int guilty = 0; guilty < count; guilty++)
		hang_one(_metadata, self->fd, count, guilty);
}

/*
 * A stream takes back what was said of the job before it, before the driver has seen it, and hangs. That
 * job was done all the same.
 */
TEST_F_TIMEOUT(hang, who_takes_it_back_is_to_blame, 60)
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
	innocent.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	job_wait(&innocent, 8);
	ASSERT_EQ(0, job_init(&forger, self->fd));
	forger.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	job_packet(&forger, CP_MEM_WRITE, 3);
	job_address(&forger, record);
	job_word(&forger, value - 100);
	job_write(&forger, 1, 4);
	job_wait(&forger, 8);

	ASSERT_EQ(0, job_submit(&innocent));
	ASSERT_EQ(0, job_submit(&forger));
	innocent.memory.map[8] = 1;
	ASSERT_EQ(1, fence_fd_signalled(innocent.submit.fence_fd, HANG_PATIENCE));
	ASSERT_EQ(1, fence_fd_signalled(forger.submit.fence_fd, HANG_PATIENCE));
	EXPECT_EQ(4, forger.memory.map[1]);
	EXPECT_EQ(1, fence_fd_status(innocent.submit.fence_fd));
	EXPECT_EQ(-EIO, fence_fd_status(forger.submit.fence_fd));
	EXPECT_EQ(0, hangs(other, 0));
	EXPECT_EQ(1, hangs(self->fd, self->faults));
	EXPECT_DUMP(.job = &forger);
	close(innocent.submit.fence_fd);
	close(forger.submit.fence_fd);
	close(other);
}

/* What is written again after a reset hangs as well, again and again. */
TEST_F_TIMEOUT(hang, one_behind_the_other, 180)
{
	enum { count = 6 };
	struct job jobs[count], last;

	if (!is_msmxx())
		SKIP(return, LOSES_OTHERS);
	for (int i = 0; i < count; i++) {
		ASSERT_EQ(0, job_init(&jobs[i], self->fd));
		ways[i % 4](&jobs[i]);
	}
	for (int i = 0; i < count; i++)
		ASSERT_EQ(0, job_submit(&jobs[i]));
	ASSERT_EQ(0, submit_write(&last, self->fd, 5));
	ASSERT_EQ(0, wait_fence(self->fd, 0, last.submit.fence, 5 * HANG_PATIENCE));
	EXPECT_EQ(5, last.memory.map[1]);
	EXPECT_EQ(count, hangs(self->fd, self->faults));
	EXPECT_DUMP(.job = &jobs[0]);
}

/* Submits and checks until killed; counts in @done, and tells @report what went wrong. */
static void innocent(int report, volatile uint32_t *done)
{
	struct job job;
	int fd = open_msm();
	uint32_t value = 0;
	int wrong = fd < 0 ? fd : job_init(&job, fd);

	prctl(PR_SET_NAME, "innocent");
	if (!wrong) {
		/* Adds word 2 to word 1: once for each submit. */
		job_packet(&job, CP_MEM_TO_MEM, 7);
		job_word(&job, 0);
		for (uint32_t i = 0; i < 3; i++)
			job_address(&job, job.memory.iova + (i < 2 ? 4 : 8));
		job.memory.map[2] = 1;
	}
	while (!wrong) {
		value++;
		wrong = job_submit(&job);
		if (!wrong)
			wrong = job_wait_long(&job);
		if (!wrong && job.memory.map[1] != value)
			wrong = -EDOM;
		if (!wrong && hangs(fd, 0))
			wrong = -EIO;
		*done = value;
	}
	if (write(report, &wrong, sizeof(wrong)) < 0)
		_exit(2);
	_exit(1);
}

TEST_F_TIMEOUT(hang, twenty_processes_and_one_that_hangs, 300)
{
	enum { count = 20 };
	const int seconds = environment("MSMXX_HANG_SECONDS", 15);
	volatile uint32_t *done;
	pid_t children[count];
	int report[2], wrong = 0, rounds = 0;

	if (!is_msmxx())
		SKIP(return, "in this time upstream has five hangs, and was seen to lose others' "
			     "jobs");
	done = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, done);
	ASSERT_EQ(0, pipe2(report, O_NONBLOCK));
	for (int i = 0; i < count; i++) {
		children[i] = fork();
		ASSERT_GE(children[i], 0);
		if (!children[i])
			innocent(report[1], &done[i]);
	}
	for (long end = now_ms() + seconds * 1000; now_ms() < end; rounds++) {
		struct job job;

		ASSERT_EQ(0, job_init(&job, self->fd));
		ways[rounds % 4](&job);
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_wait_long(&job));
		if (!rounds)
			EXPECT_DUMP(.job = &job);
		job_free(&job);
	}
	EXPECT_EQ(rounds, hangs(self->fd, self->faults));
	EXPECT_GT(0, read(report[0], &wrong, sizeof(wrong))) TH_LOG("a job failed: %d", wrong);
	for (int i = 0; i < count; i++) {
		int status = 0;

		kill(children[i], SIGKILL);
		ASSERT_EQ(children[i], waitpid(children[i], &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status)) TH_LOG("process %d ended by itself", i);
		/* Nor was it kept waiting all the time. */
		EXPECT_LT(1, done[i]) TH_LOG("process %d, of %d hangs", i, rounds);
	}
	munmap((void *)done, PAGE);
}

/* Killed while its jobs hang: the GPU is soon the others'. */
TEST_F_TIMEOUT(hang, killed, 120)
{
	int ready[2];
	char byte;
	pid_t child;
	struct job next;

	if (!is_msmxx())
		SKIP(return, LOSES_OTHERS);
	ASSERT_EQ(0, pipe(ready));
	child = fork();
	if (!child) {
		int fd = open_msm();
		struct job jobs[8];

		prctl(PR_SET_NAME, "soon-killed");
		for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++) {
			if (job_init(&jobs[i], fd))
				_exit(1);
			job_write(&jobs[i], 1, 1);
			job_wait(&jobs[i], 8);
			if (job_submit(&jobs[i]))
				_exit(1);
		}
		/* What has not begun when its process goes never does, and hangs nobody. */
		while (!jobs[0].memory.map[1])
			usleep(1000);
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	ASSERT_EQ(1, read(ready[0], &byte, 1));
	ASSERT_EQ(0, kill(child, SIGKILL));
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	ASSERT_EQ(0, submit_write(&next, self->fd, 5));
	ASSERT_EQ(0, wait_fence(self->fd, 0, next.submit.fence, 4 * HANG_PATIENCE));
	EXPECT_EQ(5, next.memory.map[1]);
	/* Upstream counts those of who is gone for everybody. */
	if (is_msmxx())
		EXPECT_EQ(0, hangs(self->fd, self->faults));
	EXPECT_DUMP(.comm = "soon-killed", .gone = true);
}

/* A child has the file as well, and the parent goes. */
TEST_F_TIMEOUT(hang, shared_with_a_child, 60)
{
	const bool behind = is_msmxx();
	pid_t child;
	int status = 0;

	child = fork();
	if (!child) {
		struct job job, next;

		/* Which gives it a name of its own. */
		dump_begin();
		if (job_init(&job, self->fd))
			_exit(1);
		job_bad_header(&job);
		if (job_submit(&job) || (!behind && job_wait_long(&job)))
			_exit(2);
		wait_for_reset();
		if (submit_write(&next, self->fd, 5))
			_exit(2);
		if (job_wait_long(&next) || next.memory.map[1] != 5)
			_exit(3);
		if (*expect_dump(&(struct expected_dump){.job = &job,
							 .reason = "command processor error"}))
			_exit(5);
		_exit(hangs(self->fd, self->faults) == 1 ? 0 : 4);
	}
	close(self->fd);
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	self->fd = open_msm();
}

/* A loop in which the CP is hardly ever found at the same place twice. */
static int job_long_loop(struct job *job, struct drm_msm_gem_submit_bo bos[3])
{
	const uint32_t packets = 30000;
	struct job loop = {.fd = job->fd};
	int ret = make_buffer(job->fd, 64 * PAGE, MSM_BO_WC, &loop.code);

	if (ret)
		return ret;
	for (uint32_t i = 0; i < packets; i++) {
		job_packet(&loop, CP_NOP, 1);
		job_word(&loop, 0);
	}
	job_packet(&loop, CP_INDIRECT_BUFFER_CHAIN, 3);
	job_address(&loop, loop.code.iova);
	job_word(&loop, loop.words + 1);

	job_packet(job, CP_INDIRECT_BUFFER_CHAIN, 3);
	job_address(job, loop.code.iova);
	job_word(job, loop.words);
	memcpy(bos, job->bos, sizeof(job->bos));
	bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ, loop.code.handle};
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = 3;
	return 0;
}

/* How long a job that moves may go on is a matter of its queue's priority. */
TEST_F_TIMEOUT(hang, each_priority_has_its_patience, 60)
{
	static const char *const refused[] = {"100",       "100,200", "1,2,3,4",
					      "9,100,100", "x",       "-1,9,9"};
	long took[2];
	char before[32], after[32];

	if (!is_msmxx())
		SKIP(return, "how long a job may move is no parameter of upstream's");
	ASSERT_EQ(0, write_text(JOB_TIMEOUT, "200,200,1500"));
	for (uint32_t i = 0; i < 2; i++) {
		struct drm_msm_gem_submit_bo bos[3];
		uint32_t queue;
		struct job job;

		ASSERT_EQ(0, queue_new(self->fd, i ? 2 : 0, 0, &queue));
		ASSERT_EQ(0, job_init(&job, self->fd));
		ASSERT_EQ(0, job_long_loop(&job, bos));
		job.submit.queueid = queue;
		took[i] = now_ms();
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_wait_long(&job));
		took[i] = now_ms() - took[i];
		EXPECT_DUMP(.job = &job);
	}
	EXPECT_EQ(2, hangs(self->fd, self->faults));
	EXPECT_LT(took[0], took[1]);
	EXPECT_LE(1400, took[1]);

	ASSERT_EQ(0, read_text(JOB_TIMEOUT, before, sizeof(before)));
	for (unsigned int i = 0; i < ARRAY_SIZE(refused); i++) {
		EXPECT_EQ(-EINVAL, write_text(JOB_TIMEOUT, refused[i])) TH_LOG("%s", refused[i]);
	}
	ASSERT_EQ(0, read_text(JOB_TIMEOUT, after, sizeof(after)));
	EXPECT_STREQ(before, after);
}

/* A queue that is closed with its jobs unfinished: they run, or fail, all the same. */
TEST_F_TIMEOUT(hang, in_a_closed_queue, 60)
{
	struct job hanging, next;
	uint32_t queue;

	if (!is_msmxx())
		SKIP(return, LOSES_OTHERS);
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &queue));
	ASSERT_EQ(0, job_init(&hanging, self->fd));
	job_wait(&hanging, 8);
	hanging.submit.queueid = queue;
	ASSERT_EQ(0, job_submit(&hanging));
	ASSERT_EQ(0, job_init(&next, self->fd));
	job_write(&next, 1, 5);
	next.submit.queueid = queue;
	next.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(&next));
	ASSERT_EQ(0, queue_close(self->fd, queue));
	ASSERT_EQ(1, fence_fd_signalled(next.submit.fence_fd, HANG_PATIENCE));
	EXPECT_EQ(5, next.memory.map[1]);
	EXPECT_EQ(1, hangs(self->fd, self->faults));
	EXPECT_DUMP(.job = &hanging);
	close(next.submit.fence_fd);
}

/* None is lost, and none is there twice. */
static void expect_no_power_references(struct __test_metadata *_metadata, int fd)
{
	if (debugfs_counter(fd, "resets") < 0)
		return;
	EXPECT_EQ(0, debugfs_counter(fd, "armed-jobs"));
	EXPECT_EQ(0, debugfs_counter(fd, "power-references"));
	EXPECT_EQ(0, debugfs_counter(fd, "powered"));
}

/* Each reset takes the power away and gives it back: in the end the GPU still sleeps by itself. */
TEST_F_TIMEOUT(hang, power_survives, 1200)
{
	const int count = environment("MSMXX_HANGS", HANGS(20, 3));
	struct job job;

	if (!is_msmxx() && !is_newer_upstream(self->fd))
		SKIP(return, "upstream's 6.12 was seen not to let the GPU sleep any more");
	for (int i = 0; i < count; i++) {
		ASSERT_EQ(0, job_init(&job, self->fd));
		job_bad_header(&job);
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_wait_long(&job)) TH_LOG("hang %d", i);
		wait_for_reset();
		if (!i)
			EXPECT_DUMP(.job = &job, .reason = "command processor error");
		job_free(&job);
	}
	EXPECT_EQ(count, hangs(self->fd, self->faults));
	EXPECT_TRUE(suspends(10000));
	expect_no_power_references(_metadata, self->fd);
	ASSERT_EQ(0, submit_write(&job, self->fd, 5));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(5, job.memory.map[1]);
	EXPECT_TRUE(suspends(10000));
	expect_no_power_references(_metadata, self->fd);
}

/* The power domain that a reset takes away stays, if somebody else wants it: the smaller one has to do. */
TEST_F_TIMEOUT(hang, kept_on_by_others, 60)
{
	static const char control[] = "/sys/bus/platform/devices/*.gpu/power/control";

	if (!is_msmxx())
		SKIP(return, "upstream loses the job behind as well, and the GPU does not sleep "
			     "again");
	ASSERT_EQ(0, write_matching(control, "on"));
	for (int i = 0; i < 3; i++) {
		struct job hanging, next;

		ASSERT_EQ(0, job_init(&hanging, self->fd));
		job_wait(&hanging, 8);
		ASSERT_EQ(0, job_submit(&hanging));
		ASSERT_EQ(0, submit_write(&next, self->fd, 5));
		EXPECT_EQ(0, job_wait_long(&next));
		EXPECT_EQ(5, next.memory.map[1]);
		EXPECT_EQ(i + 1, hangs(self->fd, self->faults));
		EXPECT_DUMP(.job = &hanging);
	}
	ASSERT_EQ(0, write_matching(control, "auto"));
	EXPECT_TRUE(suspends(10000));
	expect_no_power_references(_metadata, self->fd);
}

/* A reset while jobs run harms none of them, and no reference to the power is lost or doubled. */
TEST_F_TIMEOUT(hang, reset_on_request, 1200)
{
	const int count = environment("MSMXX_RESETS", 20);
	struct job jobs[4];
	int64_t resets;
	bool seen = false;

	if (!is_msmxx())
		SKIP(return, "upstream cannot be asked for a reset");
	if (debugfs_counter(self->fd, "resets") < 0)
		SKIP(return, "no debugfs");
	/* Whoever looks at the kernel's log may be slow; the jobs are not to blame. */
	hangcheck_period(1000);
	for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++) {
		ASSERT_EQ(0, job_init(&jobs[i], self->fd));
		job_write(&jobs[i], 1, 0);
	}
	resets = debugfs_counter(self->fd, "resets");
	for (int round = 1; round <= count; round++) {
		for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++) {
			jobs[i].code.map[3] = round;
			ASSERT_EQ(0, job_submit(&jobs[i]));
		}
		ASSERT_EQ(0, debugfs_write(self->fd, "reset", "1"));
		for (unsigned int i = 0; i < ARRAY_SIZE(jobs); i++) {
			ASSERT_EQ(0, job_wait_long(&jobs[i]));
			ASSERT_EQ(round, jobs[i].memory.map[1]) TH_LOG("round %d", round);
		}
		/* The first that did not find the GPU asleep. */
		if (!seen && debugfs_counter(self->fd, "resets") > resets) {
			EXPECT_DUMP(.comm = "", .reason = "reset on request");
			seen = true;
		}
	}
	EXPECT_EQ(0, hangs(self->fd, self->faults));
	/* One that found the GPU asleep did nothing. */
	EXPECT_GT(debugfs_counter(self->fd, "resets"), resets);
	EXPECT_TRUE(suspends(10000));
	expect_no_power_references(_metadata, self->fd);
}

TEST_HARNESS_MAIN
