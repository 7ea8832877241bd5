// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a fence that is kept keeps: a small block for each, that counts as the memory of the process
 * whose job it was, and nothing of what the job used. A job of many buffers has a second block while
 * it is under way; no fence keeps that.
 */
#include "debugfs.h"
#include "fixture.h"
#include "memory_pressure.h"

#include <sys/resource.h>

#define FENCES 1000
/* Of jobs whose second block is larger than a page: enough to tell it from what is counted late */
#define LARGE 200
#define MANY  180
/* A page at most, of a job's block; and what the kernel needs for a file and an inode. */
#define BYTES_EACH (4096 + 2048)

FIXTURE(held_fences)
{
	struct job job;
	struct drm_msm_gem_submit_bo many[MANY];
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
	memcpy(self->many, self->job.bos, sizeof(self->job.bos));
	for (int i = 2; i < MANY; i++) {
		self->many[i].flags = MSM_SUBMIT_BO_READ;
		ASSERT_EQ(0, gem_new(fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE, &self->many[i].handle));
	}
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

static int submit_kept(FIXTURE_DATA(held_fences) * self, int from, int to)
{
	for (int i = from; i < to; i++) {
		int ret = job_submit(&self->job);

		if (ret)
			return ret;
		self->fences[i] = self->job.submit.fence_fd;
	}
	return job_finish(&self->job);
}

static void use_many(FIXTURE_DATA(held_fences) * self)
{
	self->job.submit.bos = (uintptr_t)self->many;
	self->job.submit.nr_bos = MANY;
	self->job.submit.flags |= MSM_SUBMIT_NO_IMPLICIT;
}

TEST_F_TIMEOUT(held_fences, a_thousand, 120)
{
	struct job *job = &self->job, few = *job;
	long before, small, held;
	int64_t blocks, held_blocks;

	/* Whatever is made once. */
	use_many(self);
	ASSERT_EQ(0, submit_kept(self, 0, 1));
	close(self->fences[0]);
	*job = few;
	before = settled_slab();
	ASSERT_GE(before, 0);
	blocks = debugfs_counter(job->fd, "job-blocks");
	ASSERT_GE(blocks, 0);

	ASSERT_EQ(0, submit_kept(self, 0, FENCES - LARGE));
	small = settled_slab() - before;
	use_many(self);
	ASSERT_EQ(0, submit_kept(self, FENCES - LARGE, FENCES));
	held = settled_slab() - before;
	TH_LOG("%ld bytes each, with many buffers %ld", small / (FENCES - LARGE),
	       (held - small) / LARGE);
	EXPECT_GE(held, FENCES * 256l);
	EXPECT_LE(held, FENCES * BYTES_EACH);
	EXPECT_LE(held - small, LARGE * BYTES_EACH);

	/* The lane keeps the last job's, which is one of these now. */
	held_blocks = debugfs_counter(job->fd, "job-blocks") - blocks;
	EXPECT_GE(held_blocks, FENCES - 1);
	EXPECT_LE(held_blocks, FENCES + 1);

	for (int i = 0; i < FENCES; i++)
		close(self->fences[i]);
	EXPECT_LE(settled_slab() - before, held / 4);
	EXPECT_LE(debugfs_counter(job->fd, "job-blocks"), blocks + 1);
}

TEST_HARNESS_MAIN
