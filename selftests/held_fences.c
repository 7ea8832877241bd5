// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a fence that is kept keeps: a small block for each, that counts as the memory of the process
 * whose job it was, and nothing of what the job used.
 */
#include "fixture.h"
#include "memory_pressure.h"

#include <sys/resource.h>

#define FENCES 1000
/* A page at most, of a job's block; and what the kernel needs for a file and an inode. */
#define BYTES_EACH (4096 + 2048)

FIXTURE(held_fences)
{
	struct job job;
	int fences[FENCES];
};

FIXTURE_SETUP(held_fences)
{
	struct rlimit files = {2 * FENCES, 2 * FENCES};
	int fd;

	if (!is_msmxx())
		SKIP(return, "upstream's fences are not counted as anybody's memory");
	if (!cgroup_new("held"))
		SKIP(return, "memory is not counted");
	ASSERT_TRUE(cgroup_enter("held"));
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &files));
	fd = open_msm();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&self->job, fd));
	self->job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	job_write(&self->job, 0, 1);
}

FIXTURE_TEARDOWN(held_fences)
{
	close(self->job.fd);
	write_file(CGROUPS "/cgroup.procs", "0");
	cgroup_remove("held");
}

/* Until nothing changes any more: RCU, the retire worker and the slab take their time. */
static long settled_slab(void)
{
	long now = -1, before;

	do {
		before = now;
		nanosleep(&(struct timespec){0, 300000000}, NULL);
		now = cgroup_stat("held", "slab");
	} while (now != before);
	return now;
}

TEST_F_TIMEOUT(held_fences, a_thousand, 120)
{
	struct job *job = &self->job;
	long before, held;

	/* Whatever is made once. */
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, job_finish(job));
	close(job->submit.fence_fd);
	before = settled_slab();
	ASSERT_GE(before, 0);

	for (int i = 0; i < FENCES; i++) {
		ASSERT_EQ(0, job_submit(job));
		self->fences[i] = job->submit.fence_fd;
	}
	ASSERT_EQ(0, job_finish(job));
	held = settled_slab() - before;
	TH_LOG("%ld bytes each", held / FENCES);
	EXPECT_GE(held, FENCES * 256l);
	EXPECT_LE(held, FENCES * BYTES_EACH);

	for (int i = 0; i < FENCES; i++)
		close(self->fences[i]);
	EXPECT_LE(settled_slab() - before, held / 4);
}

TEST_HARNESS_MAIN
