// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine is kept in reclaim while processes submit jobs that wait for one another and for
 * another device: their jobs all write one buffer of vgem, which vgem's own fences keep busy, too.
 * Nothing may hang, and every job's memory must be right.
 *
 * Reclaim comes from three sides. The machine as a whole is short of memory: something fills what is
 * free beyond a quarter of it, and the kernel is told to want more than that; so kswapd is never
 * done, and also asks the driver. Those who submit have a memory control group whose bound is far
 * below their need, and reclaim for themselves whenever they ask for memory. And caches are dropped,
 * and the driver is told to shrink, through the kernel's own files.
 *
 * MSMXX_PRESSURE_SECONDS says for how long, five by default.
 */
#define _GNU_SOURCE
#include "fixture.h"
#include "foreign.h"
#include "memory_pressure.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#define WORKERS  3
#define MEGABYTE (1024 * 1024l)
/* Buffers that are used again and again, and between that are there to be taken. */
#define KEPT      16
#define KEPT_SIZE MEGABYTE

#define SHRINK_EVENT "/sys/kernel/tracing/events/drm_msm_gpu/msm_gem_shrink"
/* Of each 10,000 pages, how many more are to be free than those without which nothing works. */
#define WATERMARKS "/proc/sys/vm/watermark_scale_factor"

static long seconds(void)
{
	const char *wanted = getenv("MSMXX_PRESSURE_SECONDS");

	return wanted ? atol(wanted) : 5;
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

/* Jobs in memory that is new each time, until @end; the number of them, or the line that failed. */
static int work(struct foreign *foreign, long end, uint32_t seed)
{
	struct drm_msm_gem_submit_bo bos[3];
	uint32_t shared;
	int fd = open_msm();

	if (fd < 0 || foreign_import(foreign, fd, &shared))
		return __LINE__;
	for (uint32_t round = 1; now_ms() < end; round++) {
		struct job job;

		if (job_init(&job, fd))
			return __LINE__;
		for (uint32_t i = 0; i < 8; i++)
			job_write(&job, i, seed + round + i);
		job.memory.map[8] = round;
		memcpy(bos, job.bos, sizeof(job.bos));
		bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_WRITE, shared};
		job.submit.bos = (uintptr_t)bos;
		job.submit.nr_bos = 3;
		if (job_submit(&job))
			return __LINE__;
		if (wait_fence(fd, 0, job.submit.fence, 30000))
			return __LINE__;
		for (uint32_t i = 0; i < 8; i++)
			if (job.memory.map[i] != seed + round + i)
				return __LINE__;
		if (job.memory.map[8] != round)
			return __LINE__;
		munmap((void *)job.code.map, PAGE);
		munmap((void *)job.memory.map, PAGE);
		if (gem_close(fd, job.code.handle) || gem_close(fd, job.memory.handle))
			return __LINE__;
	}
	return 0;
}

/* Jobs that write into buffers which are kept, until killed; or the line that failed. */
static int keep(void)
{
	struct buffer kept[KEPT];
	struct job job;
	int fd = open_msm();

	if (fd < 0)
		return __LINE__;
	for (int i = 0; i < KEPT; i++) {
		if (make_buffer(fd, KEPT_SIZE, MSM_BO_WC, &kept[i]))
			return __LINE__;
	}
	for (uint32_t round = 1;; round++) {
		for (int i = 0; i < KEPT; i++) {
			const uint32_t last = KEPT_SIZE / 4 - 1;

			if (job_init(&job, fd))
				return __LINE__;
			job_packet(&job, CP_MEM_WRITE, 3);
			job_address(&job, kept[i].iova + last * 4);
			job_word(&job, round);
			job.bos[1].handle = kept[i].handle;
			if (job_submit(&job) || job_finish(&job))
				return __LINE__;
			/* What was taken meanwhile has come back as it was. */
			if (kept[i].map[last] != round || kept[i].map[0] != round - 1)
				return __LINE__;
			kept[i].map[0] = round;
			job_free(&job);
		}
		/* What was just used is passed over. */
		sleep_ms(1000);
	}
}

/* Bytes, by the name that the kernel's list has. */
static long meminfo(const char *name)
{
	return number_of("/proc/meminfo", name) * 1024;
}

/* A count since the machine started; -1 where the kernel has it not. */
static long vmstat(const char *name)
{
	return number_of("/proc/vmstat", name);
}

/* Fills what is free beyond a quarter of the memory, and goes first if that was too much. */
static void fill(void)
{
	const long size = meminfo("MemFree:") - meminfo("MemTotal:") / 4;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || !write_file("/proc/self/oom_score_adj", "1000"))
		_exit(1);
	/* Quicker. */
	madvise(memory, size, MADV_HUGEPAGE);
	for (;;) {
		for (long i = 0; i < size; i += PAGE)
			memory[i]++;
		sleep_ms(100);
	}
}

/* Until memory is shorter than the kernel wants it to be; false if that never comes. */
static bool is_filled(void)
{
	for (int i = 0; i < 1200; i++) {
		if (meminfo("MemFree:") < meminfo("MemTotal:") / 10 * 3)
			return true;
		sleep_ms(100);
	}
	return false;
}

/* How often the driver gave pages to kswapd. */
static int asked_by_kswapd(void)
{
	char line[512];
	int count = 0;
	FILE *trace = fopen("/sys/kernel/tracing/trace", "re");

	while (trace && fgets(line, sizeof(line), trace))
		count += strstr(line, ": msm_gem_shrink: ") && strstr(line, "kswapd");
	if (trace)
		fclose(trace);
	return count;
}

/* More memory than its control group has, touched over and over. */
static void hog(void)
{
	const long size = 32 * MEGABYTE;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (char value = 1; memory != MAP_FAILED; value++)
		for (long i = 0; i < size; i += PAGE)
			memory[i] = value;
	_exit(1);
}

static void reclaim_always(void)
{
	/* Not all the time: something must be left for kswapd. */
	while (shrink() && write_file("/proc/sys/vm/drop_caches", "3"))
		sleep_ms(2000);
	_exit(1);
}

FIXTURE(pressure)
{
	struct foreign foreign;
	pid_t workers[WORKERS];
	pid_t others[4];
};

FIXTURE_SETUP(pressure)
{
	int ret;

	if (!is_msmxx())
		SKIP(return, "upstream's shrinker is judged by selftests/reclaim");
	ret = foreign_open(&self->foreign);
	if (ret == -ENODEV)
		SKIP(return, "no vgem");
	ASSERT_EQ(0, ret);
	if (!cgroup_new("pressure"))
		SKIP(return, "memory is not counted");
	if (!swap_on())
		SKIP(return, "no swap");
	/* Reclaim starts here, in whoever asks for more. */
	ASSERT_TRUE(cgroup_write("pressure", "memory.high", "16M"));
	ASSERT_TRUE(write_file(WATERMARKS, "3000"));
	ASSERT_EQ(0, write_text("/sys/kernel/tracing/trace", ""));
	/* The driver's own file is no answer to anybody's need. */
	ASSERT_TRUE(write_file(SHRINK_EVENT "/filter", "comm ~ \"kswapd*\""));
	ASSERT_TRUE(write_file(SHRINK_EVENT "/enable", "1"));
}

FIXTURE_TEARDOWN(pressure)
{
	write_file(SHRINK_EVENT "/enable", "0");
	write_file(SHRINK_EVENT "/filter", "0");
	write_file(WATERMARKS, "10");
	foreign_close(&self->foreign);
	swap_off();
	cgroup_remove("pressure");
}

TEST_F_TIMEOUT(pressure, jobs_of_processes_and_devices, 600)
{
	long scanned = vmstat("pgscan_kswapd"), end;
	int fences = 0;

	for (int i = 0; i < 4; i++) {
		self->others[i] = fork();
		if (!self->others[i]) {
			/* They have no end of their own. */
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (i == 0)
				reclaim_always();
			if (i == 1)
				fill();
			if (i == 2) {
				fprintf(stderr, "keep() failed in line %d\n", keep());
				_exit(1);
			}
			if (!cgroup_enter("pressure"))
				_exit(1);
			hog();
		}
	}
	ASSERT_TRUE(is_filled());
	end = now_ms() + seconds() * 1000;
	for (int i = 0; i < WORKERS; i++) {
		self->workers[i] = fork();
		if (!self->workers[i]) {
			if (!cgroup_enter("pressure"))
				_exit(1);

			int line = work(&self->foreign, end, i << 24);

			if (line)
				fprintf(stderr, "worker %d failed in line %d\n", i, line);
			_exit(line != 0);
		}
	}
	while (now_ms() < end) {
		int fence = foreign_busy(&self->foreign);

		/* Jobs are in front of it. */
		if (fence == -EBUSY) {
			sleep_ms(1);
			continue;
		}
		ASSERT_GT(fence, 0);
		sleep_ms(5);
		ASSERT_EQ(0, foreign_done(&self->foreign, fence));
		fences++;
	}
	for (int i = 0; i < WORKERS; i++) {
		int status = -1;

		EXPECT_EQ(self->workers[i], waitpid(self->workers[i], &status, 0));
		EXPECT_EQ(0, status);
	}
	/* Whom kswapd asks when is its own choice. */
	for (int i = 0; i < 600 && !asked_by_kswapd(); i++)
		sleep_ms(100);
	for (int i = 0; i < 4; i++) {
		int status = 0;

		EXPECT_EQ(0, waitpid(self->others[i], &status, WNOHANG));
		kill(self->others[i], SIGKILL);
		waitpid(self->others[i], &status, 0);
	}
	EXPECT_GT(fences, 3);
	EXPECT_GT(cgroup_stat("pressure", "pgscan"), 0);
	EXPECT_GT(vmstat("pgscan_kswapd"), scanned);
	EXPECT_GT(asked_by_kswapd(), 0);
	TH_LOG("%d fences of vgem; pages looked at to be taken: %ld of the group, %ld by kswapd; "
	       "the driver gave it some %d times",
	       fences, cgroup_stat("pressure", "pgscan"), vmstat("pgscan_kswapd") - scanned,
	       asked_by_kswapd());
}

TEST_HARNESS_MAIN
