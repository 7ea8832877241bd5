// SPDX-License-Identifier: GPL-2.0-only
/*
 * A submit costs the driver one allocation, the job with its fence, and a second one when it has
 * large arrays; whatever else is allocated is asked for by the kernel's own parts (Documentation/
 * performance.rst lists them). Buffers that are mapped already, of course, and few syncobjs without
 * points of timelines.
 */
#include "fixture.h"

#include "alloc_trace.h"

enum { WARM_UP = 5, SUBMITS = 20, BUFFERS = 250 };

FIXTURE(allocations)
{
	struct job job;
	struct drm_msm_gem_submit_bo bos[2 + BUFFERS];
};

FIXTURE_SETUP(allocations)
{
	int fd = open_msm();

	ASSERT_GE(fd, 0) TH_LOG("no render node of the msm driver");
	if (!is_msmxx())
		SKIP(return, "upstream's are told in performance.rst, not judged");
	if (access(TRACING "events/kmem/kmalloc/trigger", W_OK))
		SKIP(return, "no events in this kernel");
	ASSERT_EQ(0, job_init(&self->job, fd));
	job_write(&self->job, 0, 1);
}

FIXTURE_TEARDOWN(allocations)
{
	close(self->job.fd);
}

/* Those of SUBMITS submits in the driver, or -errno. */
static long count(struct job *job, uint32_t flags)
{
	static struct alloc_trace trace;
	int ret = 0;

	job->submit.flags = MSM_PIPE_3D0 | flags;
	for (int i = -WARM_UP; !ret && i < SUBMITS; i++) {
		if (i == 0)
			ret = alloc_trace_start();
		if (!ret)
			ret = job_submit(job);
		if (!ret && flags & MSM_SUBMIT_FENCE_FD_OUT)
			close(job->submit.fence_fd);
		/* Also what its retirement would allocate is to be seen. */
		if (!ret)
			ret = job_finish(job);
	}
	if (!ret)
		ret = alloc_trace_stop(&trace);
	if (ret)
		return ret;
	/* The scheduler's fence: otherwise nothing was traced at all. */
	if (alloc_trace_of(&trace, "drm_sched_fence_alloc") < SUBMITS)
		return -ENODATA;
	for (unsigned int i = 0; i < trace.count; i++)
		printf("# %.2f %s\n", (double)trace.sites[i].count / SUBMITS, trace.sites[i].name);
	return alloc_trace_of(&trace, "[msmxx]");
}

TEST_F(allocations, one_for_a_submit)
{
	EXPECT_EQ(SUBMITS, count(&self->job, 0));
	EXPECT_EQ(SUBMITS, count(&self->job, MSM_SUBMIT_FENCE_FD_OUT));
}

TEST_F(allocations, one_with_a_few_syncobjs)
{
	struct drm_msm_syncobj syncobjs[4] = {};

	for (unsigned int i = 0; i < ARRAY_SIZE(syncobjs); i++) {
		struct drm_syncobj_create create = {.flags = DRM_SYNCOBJ_CREATE_SIGNALED};

		ASSERT_EQ(0, ioctl(self->job.fd, DRM_IOCTL_SYNCOBJ_CREATE, &create));
		syncobjs[i].handle = create.handle;
	}
	self->job.submit.in_syncobjs = self->job.submit.out_syncobjs = (uintptr_t)syncobjs;
	self->job.submit.nr_in_syncobjs = self->job.submit.nr_out_syncobjs = ARRAY_SIZE(syncobjs);
	self->job.submit.syncobj_stride = sizeof(syncobjs[0]);
	EXPECT_EQ(SUBMITS, count(&self->job, MSM_SUBMIT_SYNCOBJ_IN | MSM_SUBMIT_SYNCOBJ_OUT));
}

/* Where lockdep looks at each of them it takes half a minute. */
TEST_F_TIMEOUT(allocations, two_for_a_large_one, 120)
{
	memcpy(self->bos, self->job.bos, sizeof(self->job.bos));
	for (int i = 0; i < BUFFERS; i++) {
		self->bos[2 + i].flags = MSM_SUBMIT_BO_READ;
		ASSERT_EQ(0, gem_new(self->job.fd, PAGE, MSM_BO_WC, &self->bos[2 + i].handle));
	}
	self->job.submit.bos = (uintptr_t)self->bos;
	self->job.submit.nr_bos = 2 + BUFFERS;
	EXPECT_EQ(2 * SUBMITS, count(&self->job, 0));
}

TEST_HARNESS_MAIN
