// SPDX-License-Identifier: GPL-2.0-only
/* The GPU goes where nothing is mapped: it is told of to the byte, and goes on. */
#include "board_plan.h"
#include "debugfs.h"
#include "expect_dump.h"
#include "fixture.h"
#include "msm_blit.h"

#include <stdlib.h>
#include <sys/klog.h>
#include <sys/wait.h>

/* An address of this process's half at which nothing is, and on no boundary at all. */
#define UNMAPPED 0x7ffff003a7ull

/* So long after a fault the SMMU does not hold back others, and there is no dump of them. */
#define COOLDOWN_US 600000

/* How often @text is in the kernel's log. */
static int count_logged(const char *text)
{
	enum { read_all = 3, buffer_size = 10 };
	int size = klogctl(buffer_size, NULL, 0), count = 0;
	char *log = calloc(1, size + 1), *at = log;

	if (!log || klogctl(read_all, log, size) < 0)
		at = NULL;
	while (at && (at = strstr(at, text))) {
		at += strlen(text);
		count++;
	}
	free(log);
	return count;
}

static void write_to(struct job *job, uint64_t address)
{
	job_packet(job, CP_MEM_WRITE, 3);
	job_address(job, address);
	job_word(job, 1);
}

enum { storm_jobs = 64, faults_per_job = 64 };

/*
 * Each second word of a job goes where nothing is; what comes between arrives. Two jobs at a time, for the
 * others' have to wait for those that are in the ring before them. Does not return.
 */
static void storm(void)
{
	int fd = open_msm(), ret;
	uint32_t last = 0;
	struct job job;

	prctl(PR_SET_NAME, "storm");
	ret = fd < 0 ? fd : job_init(&job, fd);
	for (int i = 0; i < faults_per_job; i++) {
		write_to(&job, UNMAPPED + 4099 * i);
		job_write(&job, 1 + i, 100 + i);
	}
	for (int i = 0; !ret && i < storm_jobs; i++) {
		ret = job_submit(&job);
		if (!ret && i)
			ret = wait_fence(fd, 0, last, HANG_PATIENCE);
		last = job.submit.fence;
	}
	if (!ret)
		ret = job_wait_long(&job);
	for (int i = 0; !ret && i < faults_per_job; i++) {
		if (job.memory.map[1 + i] != 100 + (uint32_t)i)
			ret = -EDOM;
	}
	_exit(ret ? 1 : 0);
}

/* SMMU drivers up to that of 6.12 hold back each one, even where they were told not to. */
static bool holds_each_back(void)
{
	struct utsname system;

	uname(&system);
	return !strncmp(system.release, "6.12.", 5);
}

/* 4096 of them stop nobody, neither the one who made them nor another process, and fill no log. */
TEST_F_TIMEOUT(msm, many_in_a_row, 600)
{
	const int most = storm_jobs * faults_per_job;
	int status, jobs = 0, lines = count_logged("page fault: ");
	int64_t faults = debugfs_counter(self->fd, "page-faults");
	long start = now_ms(), seconds;
	struct job job;
	pid_t child;

	if (!is_msmxx())
		SKIP(return, "upstream's 6.12 takes a minute for this");
	dump_begin();
	/* Those drivers find out only when the SMMU wakes up that transactions are to be held back again. */
	ASSERT_TRUE(suspends(10000));
	/* The board counts what the SMMU refuses; nothing else comes of this plan. */
	ASSERT_EQ(0, inject("hang-irq probability 0"));
	/* The wait is for a machine that is busy with faults, not for a GPU that hangs. */
	hangcheck_period(3000);
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 0);
	child = fork();
	ASSERT_GE(child, 0);
	if (!child)
		storm();
	while (!waitpid(child, &status, WNOHANG)) {
		job.code.map[3] = ++jobs;
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_wait_long(&job)) TH_LOG("job %d", jobs);
		ASSERT_EQ(jobs, job.memory.map[1]);
	}
	seconds = (now_ms() - start) / 1000;
	EXPECT_TRUE(WIFEXITED(status));
	EXPECT_EQ(0, WEXITSTATUS(status));
	EXPECT_GT(jobs, 1);
	EXPECT_DUMP(.comm = "storm", .gone = true, .fault = true, .iova = UNMAPPED, .write = true,
		    .source = "CP");
	EXPECT_EQ(most, injected().opportunities);
	ASSERT_EQ(0, inject("none"));
	/* The SMMU's driver is told of less: where none is held back, its record is of many. */
	faults = debugfs_counter(self->fd, "page-faults") - faults;
	EXPECT_GE(faults, holds_each_back() ? most : 1);
	EXPECT_LE(faults, most);
	/* Ten in five seconds. */
	lines = count_logged("page fault: ") - lines;
	EXPECT_LE(lines, 10 * (seconds / 5 + 2));
	TH_LOG("%d faults reported, %d of them in the log, in %ld s; %d jobs of another process",
	       (int)faults, lines, seconds, jobs);
	hangcheck_period(250);
}

TEST_F_TIMEOUT(msm, one, 120)
{
	struct job job;
	uint32_t of_queue;
	uint64_t before, after;

	dump_begin();
	usleep(COOLDOWN_US);
	if (is_newer_upstream(self->fd))
		SKIP(return, "upstream stops its hangcheck for the dump: stuck until the next job, "
			     "then hung");
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_FAULTS, &before));
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 5);
	write_to(&job, UNMAPPED);
	job_write(&job, 2, 6);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_wait_long(&job));
	/* What came behind it ran as well. */
	EXPECT_EQ(5, job.memory.map[1]);
	EXPECT_EQ(6, job.memory.map[2]);
	/* A fault is no hang: only those are counted, of the file as of the queue. */
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_FAULTS, &after));
	EXPECT_EQ(before, after);
	ASSERT_EQ(0, queue_faults(self->fd, 0, &of_queue));
	EXPECT_EQ(0, of_queue);
	EXPECT_DUMP(.job = &job, .fault = true, .iova = UNMAPPED, .write = true, .source = "CP");
}

/* Nor does a flood of them keep other lines out of the log; and what a process calls itself makes none. */
TEST_F_TIMEOUT(msm, a_flood_hides_nothing, 120)
{
	struct job job, hanging;
	char text[64];

	if (!is_msmxx())
		SKIP(return, "upstream's log has other lines");
	dump_begin();
	ASSERT_EQ(0, prctl(PR_SET_NAME, "fl\noo\033d"));
	usleep(COOLDOWN_US);
	ASSERT_EQ(0, job_init(&job, self->fd));
	for (int i = 0; i < 64; i++)
		write_to(&job, UNMAPPED + 4100 * i);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_wait_long(&job));
	EXPECT_DUMP(.job = &job, .comm = "fl?oo?d", .fault = true, .iova = UNMAPPED, .write = true);
	ASSERT_EQ(0, job_init(&hanging, self->fd));
	job_wait(&hanging, 8);
	ASSERT_EQ(0, job_submit(&hanging));
	ASSERT_EQ(0, job_wait_long(&hanging));
	EXPECT_DUMP(.job = &hanging, .comm = "fl?oo?d");
	snprintf(text, sizeof(text), " of fl?oo?d (pid %d) is lost", getpid());
	EXPECT_LT(0, count_logged(text));
}

/* The CP, which works on words, and the 2D engine, which works on bytes. */
static void cp_writes(struct job *job)
{
	write_to(job, UNMAPPED + 0x1001);
}

static void cp_reads(struct job *job)
{
	job_packet(job, CP_MEMCPY, 5);
	job_word(job, 1);
	job_address(job, UNMAPPED + 0x2002);
	job_address(job, job->memory.iova);
}

static void blitter_writes(struct job *job)
{
	job_fill(job, UNMAPPED + 0x3000, 1, 1);
}

static void blitter_reads(struct job *job)
{
	job_copy(job, job->memory.iova + 9, UNMAPPED + 0x4006, 1);
}

TEST_F_TIMEOUT(msm, to_the_byte, 300)
{
	static const struct {
		void (*access)(struct job *);
		uint64_t iova;
		bool write;
		const char *source;
	} accesses[] = {
		{cp_writes, UNMAPPED + 0x1001, true, "CP"},
		{cp_reads, UNMAPPED + 0x2002, false, "CP"},
		{blitter_writes, UNMAPPED + 0x3000, true, "CCU"},
		/* Which client of the texture pipe it was is a register that the board leaves alone. */
		{blitter_reads, UNMAPPED + 0x4006, false, NULL},
	};

	if (!is_msmxx())
		SKIP(return, "upstream takes minutes for the dumps, and is slow with the second "
			     "fault");
	dump_begin();
	for (unsigned int i = 0; i < ARRAY_SIZE(accesses); i++) {
		bool told = false;
		char text[64];
		struct job job;

		ASSERT_EQ(0, job_init(&job, self->fd));
		accesses[i].access(&job);
		job_write(&job, 1, 5);
		usleep(COOLDOWN_US);
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_wait_long(&job));
		EXPECT_EQ(5, job.memory.map[1]);
		EXPECT_DUMP(.job = &job, .fault = true, .iova = accesses[i].iova,
			    .write = accesses[i].write, .source = accesses[i].source)
		TH_LOG("access %u", i);
		snprintf(text, sizeof(text), "page fault: %s of %016" PRIx64 " by %s",
			 accesses[i].write ? "write" : "read", accesses[i].iova,
			 accesses[i].source ?: "");
		/* After a lot of them the log takes no more for some seconds. */
		for (int j = 0; j < 10 && !(told = count_logged(text)); j++) {
			sleep(1);
			ASSERT_EQ(0, job_submit(&job));
			ASSERT_EQ(0, job_wait_long(&job));
			dump_discard();
		}
		EXPECT_TRUE(told) TH_LOG("not in the log: %s", text);
	}
}

/* What the 2D engine writes and reads where there is memory: the test is of what it says. */
TEST_F(msm, bytes)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_fill(&job, job.memory.iova + 67, 0xab, 2);
	job_copy(&job, job.memory.iova + 130, job.memory.iova + 66, 3);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(0xab000000, job.memory.map[16]);
	EXPECT_EQ(0x000000ab, job.memory.map[17]);
	EXPECT_EQ(0xab000000, job.memory.map[32]);
	EXPECT_EQ(0x000000ab, job.memory.map[33]);
}

TEST_HARNESS_MAIN
