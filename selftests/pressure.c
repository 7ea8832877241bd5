// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine is kept in reclaim while processes submit jobs that wait for one another and for
 * another device: their jobs all write one buffer of vgem, which vgem's own fences keep busy, too.
 * Nothing may hang, and every job's memory must be right.
 *
 * MSMXX_PRESSURE_SECONDS says for how long, five by default.
 */
#define _GNU_SOURCE
#include "fixture.h"
#include "foreign.h"
#include "memory_pressure.h"

#include <signal.h>
#include <sys/wait.h>

#define WORKERS  3
#define MEGABYTE (1024 * 1024l)

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

/* More memory than there is, touched over and over. */
static void hog(void)
{
	const long size = 32 * MEGABYTE;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (char value = 1; memory != MAP_FAILED; value++)
		for (long i = 0; i < size; i += PAGE)
			memory[i] = value;
	_exit(1);
}

/* The kernel is asked for memory from all sides. */
static void reclaim_always(void)
{
	for (;;) {
		shrink();
		write_file("/proc/sys/vm/drop_caches", "3");
		sleep_ms(10);
	}
}

FIXTURE(pressure)
{
	struct foreign foreign;
	pid_t workers[WORKERS];
	pid_t others[2];
};

FIXTURE_SETUP(pressure)
{
	int ret;

	if (!is_msmxx())
		SKIP(return, "not for upstream to be judged by");
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
}

FIXTURE_TEARDOWN(pressure)
{
	foreign_close(&self->foreign);
	swap_off();
	cgroup_remove("pressure");
}

TEST_F_TIMEOUT(pressure, jobs_of_processes_and_devices, 600)
{
	long end = now_ms() + seconds() * 1000;
	int fences = 0;

	for (int i = 0; i < 2; i++) {
		self->others[i] = fork();
		if (!self->others[i]) {
			if (i) {
				if (!cgroup_enter("pressure"))
					_exit(1);
				hog();
			}
			reclaim_always();
		}
	}
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
	for (int i = 0; i < 2; i++) {
		int status = 0;

		EXPECT_EQ(0, waitpid(self->others[i], &status, WNOHANG));
		kill(self->others[i], SIGKILL);
		waitpid(self->others[i], &status, 0);
	}
	EXPECT_GT(fences, 3);
	EXPECT_GT(cgroup_stat("pressure", "pgscan"), 0);
	TH_LOG("%d fences of vgem, %ld pages looked at to be taken", fences,
	       cgroup_stat("pressure", "pgscan"));
}

TEST_HARNESS_MAIN
