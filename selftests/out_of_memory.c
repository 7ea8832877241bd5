// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation of an ioctl fails once, in turn: the first in the first pass, and so on until
 * one gets through without. Each pass ends with ENOMEM or in success, leaves nothing behind, and
 * the same call works when it is repeated.
 *
 * For kernels with fault injection into the slab and page allocators, and their debugfs.
 */
#include "fail_nth.h"
#include "fixture.h"
#include "foreign.h"

#include <glob.h>

/* What may not be left behind by anything, as debugfs counts it. */
static const char *const counted[] = {"contexts", "bos",         "resident-bytes", "vms",
				      "vmas",     "table-pages", "job-blocks",     "armed-jobs"};

struct counters {
	long of[ARRAY_SIZE(counted)];
};

/* Whether this driver counts. */
static bool count(struct counters *counters)
{
	char line[128], name[64];
	glob_t found;
	FILE *file;
	long value;

	if (glob("/sys/kernel/debug/dri/*/counters", 0, NULL, &found))
		return false;
	file = fopen(found.gl_pathv[0], "re");
	globfree(&found);
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%63[^:]: %ld", name, &value) != 2)
			continue;
		for (unsigned int i = 0; i < ARRAY_SIZE(counted); i++) {
			if (!strcmp(name, counted[i]))
				counters->of[i] = value;
		}
	}
	if (file)
		fclose(file);
	return file;
}

FIXTURE(memory)
{
	int fd;
	bool counts;
	struct counters before;
};

FIXTURE_SETUP(memory)
{
	/* What the first open brings along stays. */
	close(open_msm());
	self->counts = count(&self->before);
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	if (!is_msmxx())
		SKIP(return, "upstream does not survive all of this");
	if (!can_inject())
		SKIP(return, "no fault injection in this kernel");
}

/* Workers may still be at it for a while. */
FIXTURE_TEARDOWN(memory)
{
	struct counters after = self->before;

	close(self->fd);
	for (int i = 0; self->counts && i < 200; i++) {
		count(&after);
		if (!memcmp(&after, &self->before, sizeof(after)))
			break;
		usleep(50000);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(counted); i++) {
		EXPECT_EQ(self->before.of[i], after.of[i]) TH_LOG("%s", counted[i]);
	}
}

/**
 * FAILING - @call, in whose course the allocation numbered @pass fails, if there are so many
 *
 * Counts in `passes` those that did fail, and ends the loop over them with the first that did not.
 * Whatever fails does so with ENOMEM, or one of @more.
 */
#define FAILING(pass, failing, call, ...)                                   \
	({                                                                  \
		static const int allowed_[] = {0, -ENOMEM, ##__VA_ARGS__};  \
		bool is_allowed_ = false;                                   \
		int ret_;                                                   \
                                                                            \
		fail_nth(pass);                                             \
		ret_ = (call);                                              \
		failing = end_of_failing();                                 \
		passes += failing;                                          \
		for (unsigned int i_ = 0; i_ < ARRAY_SIZE(allowed_); i_++)  \
			is_allowed_ |= ret_ == allowed_[i_];                \
		EXPECT_TRUE(is_allowed_) TH_LOG("pass %d: %d", pass, ret_); \
		ret_;                                                       \
	})

static int open_and_close(const char *path)
{
	int fd = open_node(path);

	if (fd >= 0)
		close(fd);
	return fd < 0 ? fd : 0;
}

TEST_F_TIMEOUT(memory, opening, 120)
{
	char path[32];
	int passes = 0;

	ASSERT_TRUE(node_path(self->fd, path));
	FOR_EACH_PASS(pass, failing)
	{
		FAILING(pass, failing, open_and_close(path));
		EXPECT_EQ(0, open_and_close(path)) TH_LOG("after pass %d", pass);
	}
	EXPECT_GT(passes, 3);
}

TEST_F(memory, queues)
{
	int passes = 0, ret;
	uint32_t id;

	FOR_EACH_PASS(pass, failing)
	{
		ret = FAILING(pass, failing, queue_new(self->fd, 0, 0, &id));
		if (ret) {
			ASSERT_EQ(0, queue_new(self->fd, 0, 0, &id)) TH_LOG("after pass %d", pass);
		}
		EXPECT_EQ(0, queue_close(self->fd, id));
	}
	EXPECT_GT(passes, 0);
}

TEST_F_TIMEOUT(memory, buffers, 120)
{
	static const uint32_t flags[] = {MSM_BO_WC, MSM_BO_CACHED, MSM_BO_WC | MSM_BO_NO_SHARE};

	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++) {
		int passes = 0, ret;
		uint32_t handle;

		FOR_EACH_PASS(pass, failing)
		{
			/* Shmem says ENOSPC when there is no memory for an inode. */
			ret = FAILING(pass, failing, gem_new(self->fd, PAGE, flags[i], &handle),
				      -ENOSPC);
			if (ret) {
				ASSERT_EQ(0, gem_new(self->fd, PAGE, flags[i], &handle))
				TH_LOG("after pass %d", pass);
			}
			EXPECT_EQ(0, gem_close(self->fd, handle));
		}
		EXPECT_GT(passes, 0);
	}
}

TEST_F_TIMEOUT(memory, addresses, 120)
{
	int passes = 0, fd;
	uint64_t iova = 0;
	uint32_t handle;

	/* A new file each time: its address space is made on the way. */
	FOR_EACH_PASS(pass, failing)
	{
		fd = open_msm();
		ASSERT_GE(fd, 0);
		ASSERT_EQ(0, gem_new(fd, PAGE, MSM_BO_WC, &handle));
		FAILING(pass, failing, gem_info(fd, handle, MSM_INFO_GET_IOVA, &iova));
		EXPECT_EQ(0, gem_info(fd, handle, MSM_INFO_GET_IOVA, &iova))
		TH_LOG("after pass %d", pass);
		EXPECT_NE(0, iova);
		close(fd);
	}
	EXPECT_GT(passes, 3);
}

TEST_F_TIMEOUT(memory, chosen_addresses, 120)
{
	int passes = 0, fd;
	uint64_t start, iova;
	uint32_t handle;

	FOR_EACH_PASS(pass, failing)
	{
		fd = open_msm();
		ASSERT_GE(fd, 0);
		ASSERT_EQ(0, get_param(fd, MSM_PARAM_VA_START, &start));
		ASSERT_EQ(0, gem_new(fd, PAGE, MSM_BO_WC, &handle));
		iova = start + 16 * PAGE;
		FAILING(pass, failing, gem_info(fd, handle, MSM_INFO_SET_IOVA, &iova));
		EXPECT_EQ(0, gem_info(fd, handle, MSM_INFO_SET_IOVA, &iova))
		TH_LOG("after pass %d", pass);
		close(fd);
	}
	EXPECT_GT(passes, 0);
}

/* What was there before stays if there is no memory for what is to replace it. */
TEST_F_TIMEOUT(memory, names_and_metadata, 120)
{
	static const uint32_t infos[] = {MSM_INFO_SET_NAME, MSM_INFO_SET_METADATA};
	uint32_t handle;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	for (unsigned int i = 0; i < ARRAY_SIZE(infos); i++) {
		struct drm_msm_gem_info set = {handle, infos[i], .len = 8};
		int passes = 0, ret;
		char back[8];

		FOR_EACH_PASS(pass, failing)
		{
			struct drm_msm_gem_info get = {handle, infos[i] + 1, (uintptr_t)back, 8};

			set.value = (uintptr_t)"before__";
			ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_INFO, &set));
			set.value = (uintptr_t)"after___";
			ret = FAILING(pass, failing,
				      test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_INFO, &set));
			ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_INFO, &get));
			EXPECT_EQ(0, memcmp(back, ret ? "before__" : "after___", sizeof(back)));
		}
		/* A name has its place in the buffer. */
		EXPECT_EQ(infos[i] == MSM_INFO_SET_METADATA, passes > 0);
	}
}

TEST_F(memory, names_of_processes)
{
	static const uint32_t params[] = {MSM_PARAM_COMM, MSM_PARAM_CMDLINE};
	static char text[1000] = {[0 ... 999] = 'x'};

	for (unsigned int i = 0; i < ARRAY_SIZE(params); i++) {
		int passes = 0;

		FOR_EACH_PASS(pass, failing)
		FAILING(pass, failing,
			set_param(self->fd, params[i], (uintptr_t)text, sizeof(text)));
		EXPECT_GT(passes, 0);
	}
}

/* A dma-buf needs a file, and a file that takes it in the pages and a handle. */
TEST_F_TIMEOUT(memory, shared_buffers, 120)
{
	int passes = 0, dma_buf;
	uint32_t handle, there;

	FOR_EACH_PASS(pass, failing)
	{
		ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
		fail_nth(pass);
		dma_buf = prime_export(self->fd, handle);
		failing = end_of_failing();
		passes += failing;
		/* ENFILE: there was none for the kernel's struct file. */
		EXPECT_TRUE(dma_buf >= 0 || dma_buf == -ENOMEM || dma_buf == -ENFILE)
		TH_LOG("pass %d: %d", pass, dma_buf);
		if (dma_buf < 0)
			dma_buf = prime_export(self->fd, handle);
		ASSERT_GE(dma_buf, 0) TH_LOG("after pass %d", pass);
		close(dma_buf);
		ASSERT_EQ(0, gem_close(self->fd, handle));
	}
	EXPECT_GT(passes, 3);

	passes = 0;
	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	dma_buf = prime_export(self->fd, handle);
	ASSERT_GE(dma_buf, 0);
	FOR_EACH_PASS(pass, failing)
	{
		int fd = open_msm();

		ASSERT_GE(fd, 0);
		if (FAILING(pass, failing, prime_import(fd, dma_buf, &there))) {
			EXPECT_EQ(0, prime_import(fd, dma_buf, &there)) TH_LOG("after %d", pass);
		}
		EXPECT_EQ(0, gem_close(fd, there));
		close(fd);
	}
	EXPECT_GT(passes, 0);
	close(dma_buf);
}

/* Another driver's memory, which is mapped for this one when the buffer is first used. */
TEST_F_TIMEOUT(memory, foreign_buffers, 120)
{
	struct foreign foreign;
	int passes = 0;

	if (foreign_open(&foreign))
		SKIP(return, "no vgem");
	FOR_EACH_PASS(pass, failing)
	{
		uint64_t iova = 0;
		uint32_t handle;

		if (FAILING(pass, failing, foreign_import(&foreign, self->fd, &handle))) {
			ASSERT_EQ(0, foreign_import(&foreign, self->fd, &handle))
			TH_LOG("after pass %d", pass);
		}
		EXPECT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_IOVA, &iova));
		EXPECT_EQ(0, gem_close(self->fd, handle));
	}
	EXPECT_GT(passes, 3);
	foreign_close(&foreign);
}

/* Submits with everything there is: fences both ways, syncobjs both ways, buffers not yet mapped.
 */
TEST_F_TIMEOUT(memory, submits, 120)
{
	int passes = 0;

	FOR_EACH_PASS(pass, failing)
	{
		struct drm_msm_syncobj out = {.point = 1}, in = {};
		int fd = open_msm(), before = -1, ret;
		struct job job;

		ASSERT_GE(fd, 0);
		ASSERT_EQ(0, syncobj_new(fd, false, &out.handle));
		ASSERT_EQ(0, syncobj_new(fd, true, &in.handle));
		ASSERT_EQ(0, job_init(&job, fd));
		job_write(&job, 1, 0);
		job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
		ASSERT_EQ(0, job_submit(&job));
		before = job.submit.fence_fd;
		/* Mappings keep a file open. */
		munmap((void *)job.code.map, job.code.size);
		munmap((void *)job.memory.map, job.memory.size);

		/* New buffers: those of before are mapped by now. */
		ASSERT_EQ(0, job_init(&job, fd));
		job_write(&job, 1, pass);
		job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT | MSM_SUBMIT_FENCE_FD_IN |
				    MSM_SUBMIT_SYNCOBJ_OUT | MSM_SUBMIT_SYNCOBJ_IN;
		job.submit.fence_fd = before;
		job.submit.in_syncobjs = (uintptr_t)&in;
		job.submit.nr_in_syncobjs = 1;
		job.submit.out_syncobjs = (uintptr_t)&out;
		job.submit.nr_out_syncobjs = 1;

		ret = FAILING(pass, failing, job_submit(&job));
		if (ret) {
			EXPECT_EQ(before, job.submit.fence_fd);
			ASSERT_EQ(0, job_submit(&job)) TH_LOG("after pass %d", pass);
		}
		/* It was not only accepted: the GPU has written. */
		EXPECT_EQ(1, fence_fd_signalled(job.submit.fence_fd, 5000));
		EXPECT_EQ((uint32_t)pass, job.memory.map[1]) TH_LOG("pass %d", pass);
		EXPECT_EQ(0, job_finish(&job));
		close(job.submit.fence_fd);
		close(before);
		munmap((void *)job.code.map, job.code.size);
		munmap((void *)job.memory.map, job.memory.size);
		close(fd);
	}
	EXPECT_GT(passes, 10);
}

/* Of each kind more than a job has room for in its first block. */
#define SYNCOBJS 6
#define BOS      250

/** struct large_submit - a job of many buffers, which is to wait for and signal many syncobjs */
struct large_submit {
	struct job job;
	struct drm_msm_gem_submit_bo bos[BOS];
	struct drm_msm_syncobj in[SYNCOBJS];
	struct drm_msm_syncobj out[SYNCOBJS];
};

/*
 * With a buffer of another driver's; most are private, and share one reservation: debug kernels allocate for each of
 * those. 0 or -errno of what failed.
 */
static int large_submit_init(struct large_submit *large, int fd, struct foreign *foreign)
{
	struct job *job = &large->job;
	int ret = job_init(job, fd);

	for (int i = 0; i < SYNCOBJS && !ret; i++) {
		large->in[i].flags = MSM_SYNCOBJ_RESET;
		ret = syncobj_new(fd, false, &large->in[i].handle);
		if (!ret)
			ret = syncobj_new(fd, false, &large->out[i].handle);
	}
	for (int i = 0; i < BOS && !ret; i++) {
		large->bos[i].flags = MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE;
		if (i < 2)
			large->bos[i] = job->bos[i];
		else if (i == 2)
			ret = foreign_import(foreign, fd, &large->bos[i].handle);
		else
			ret = gem_new(fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE, &large->bos[i].handle);
	}
	job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_FENCE_FD_OUT | MSM_SUBMIT_FENCE_SN_IN |
			    MSM_SUBMIT_SYNCOBJ_IN | MSM_SUBMIT_SYNCOBJ_OUT;
	job->submit.bos = (uintptr_t)large->bos;
	job->submit.nr_bos = BOS;
	job->submit.in_syncobjs = (uintptr_t)large->in;
	job->submit.out_syncobjs = (uintptr_t)large->out;
	job->submit.nr_in_syncobjs = job->submit.nr_out_syncobjs = SYNCOBJS;
	return ret;
}

static int on_syncobjs(int fd, unsigned long request, const struct drm_msm_syncobj *syncobjs)
{
	uint32_t handles[SYNCOBJS];
	struct drm_syncobj_array array = {.handles = (uintptr_t)handles, .count_handles = SYNCOBJS};

	for (int i = 0; i < SYNCOBJS; i++)
		handles[i] = syncobjs[i].handle;
	return test_ioctl(fd, request, &array);
}

/* How many of them have a fence */
static int filled(int fd, const struct drm_msm_syncobj *syncobjs)
{
	int count = 0;

	for (int i = 0; i < SYNCOBJS; i++) {
		uint32_t handle = syncobjs[i].handle;
		struct drm_syncobj_wait wait = {.handles = (uintptr_t)&handle, .count_handles = 1};

		count += test_ioctl(fd, DRM_IOCTL_SYNCOBJ_WAIT, &wait) != -EINVAL;
	}
	return count;
}

/* Refused, it has waited for nothing, emptied and filled nothing, and its number is free still. */
TEST_F_TIMEOUT(memory, large_submits, 120)
{
	static struct large_submit large;
	struct job *job = &large.job;
	struct foreign foreign;
	int passes = 0, ret, fence, fd = open_msm();

	ASSERT_GE(fd, 0);
	if (foreign_open(&foreign)) {
		close(fd);
		SKIP(return, "no vgem");
	}
	ASSERT_EQ(0, large_submit_init(&large, fd, &foreign));
	FOR_EACH_PASS(pass, failing)
	{
		job->words = 0;
		job_write(job, 1, pass);
		job->submit.fence = 1000 + pass;
		for (int i = 0; i < SYNCOBJS; i++)
			large.out[i].point = i % 2 ? pass : 0;
		ASSERT_EQ(0, on_syncobjs(fd, DRM_IOCTL_SYNCOBJ_SIGNAL, large.in));
		ASSERT_EQ(0, on_syncobjs(fd, DRM_IOCTL_SYNCOBJ_RESET, large.out));
		fence = foreign_busy(&foreign);
		ASSERT_LT(0, fence);

		ret = FAILING(pass, failing, job_submit(job));
		if (ret) {
			EXPECT_EQ(SYNCOBJS, filled(fd, large.in));
			EXPECT_EQ(0, filled(fd, large.out));
			ASSERT_EQ(0, job_submit(job)) TH_LOG("after pass %d", pass);
		}
		EXPECT_EQ(1000 + pass, job->submit.fence);
		EXPECT_EQ(0, filled(fd, large.in));
		EXPECT_EQ(SYNCOBJS, filled(fd, large.out));
		EXPECT_EQ(0, fence_fd_signalled(job->submit.fence_fd, 0));
		EXPECT_EQ(0, foreign_done(&foreign, fence));
		EXPECT_EQ(1, fence_fd_signalled(job->submit.fence_fd, 5000));
		EXPECT_EQ((uint32_t)pass, job->memory.map[1]) TH_LOG("pass %d", pass);
		EXPECT_EQ(0, job_finish(job));
		close(job->submit.fence_fd);
	}
	EXPECT_GT(passes, 20);
	job_free(job);
	close(fd);
	foreign_close(&foreign);
}

TEST_HARNESS_MAIN
