// SPDX-License-Identifier: GPL-2.0-only
/*
 * GEM_SUBMIT: that jobs run, in which order, and what is refused with which errno. Where several
 * things are wrong the first check decides: pad, pipe, flags, SUDO, queue, a descriptor for the
 * out-fence, in-fence, syncobjs, the table of buffers, their handles, the table of commands, whether
 * the buffers can be had, and whether the commands lie in them.
 */
#include "fixture.h"

#include <sys/resource.h>

FIXTURE(job)
{
	struct job job;
};

/* A job that writes 1 to word 0, not submitted yet. */
FIXTURE_SETUP(job)
{
	int fd = open_client();

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&self->job, fd));
	job_write(&self->job, 0, 1);
}

FIXTURE_TEARDOWN(job)
{
	close(self->job.fd);
}

/* Refused with @error and without an effect: the next submit gets the first number. */
#define EXPECT_REFUSED(error, job)                                  \
	do {                                                        \
		EXPECT_EQ(error, job_submit(job));                  \
		EXPECT_EQ(-EINVAL, wait_fence((job)->fd, 0, 1, 0)); \
	} while (0)

TEST_F(job, runs)
{
	ASSERT_EQ(0, job_submit(&self->job));
	EXPECT_EQ(1, self->job.submit.fence);
	ASSERT_EQ(0, job_finish(&self->job));
	EXPECT_EQ(1, self->job.memory.map[0]);
}

TEST_F(job, commands_at_an_offset_and_several_of_them)
{
	struct job *job = &self->job;
	struct drm_msm_gem_submit_cmd cmds[2];
	uint32_t middle = job->words;

	job_write(job, 1, 2);
	cmds[0] = (struct drm_msm_gem_submit_cmd){.type = MSM_SUBMIT_CMD_BUF,
						  .submit_offset = middle * 4,
						  .size = (job->words - middle) * 4};
	cmds[1] = (struct drm_msm_gem_submit_cmd){.type = MSM_SUBMIT_CMD_BUF, .size = middle * 4};
	job->submit.cmds = (uintptr_t)cmds;
	job->submit.nr_cmds = 2;
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);
	EXPECT_EQ(2, job->memory.map[1]);
}

TEST_F(job, a_target_of_indirect_buffers_is_not_run_by_itself)
{
	self->job.cmd.type = MSM_SUBMIT_CMD_IB_TARGET_BUF;
	ASSERT_EQ(0, job_submit(&self->job));
	ASSERT_EQ(0, job_finish(&self->job));
	EXPECT_EQ(0, self->job.memory.map[0]);
}

TEST_F(job, no_commands_is_a_job_too)
{
	self->job.submit.nr_cmds = 0;
	ASSERT_EQ(0, job_submit(&self->job));
	EXPECT_EQ(0, job_finish(&self->job));
	self->job.submit.nr_bos = 0;
	ASSERT_EQ(0, job_submit(&self->job));
	EXPECT_EQ(0, job_finish(&self->job));
	EXPECT_EQ(0, self->job.memory.map[0]);
}

TEST_F(job, a_presumed_address_does_not_matter)
{
	self->job.bos[0].presumed = 0;
	self->job.bos[1].presumed = UINT64_MAX;
	ASSERT_EQ(0, job_submit(&self->job));
	ASSERT_EQ(0, job_finish(&self->job));
	EXPECT_EQ(1, self->job.memory.map[0]);
}

TEST_F(job, many_jobs)
{
	for (int i = 0; i < 200; i++) {
		ASSERT_EQ(0, job_submit(&self->job));
	}
	ASSERT_EQ(0, job_finish(&self->job));
	EXPECT_EQ(200, self->job.submit.fence);
}

/*
 * Each of 4096 commands writes a word of its own. Upstream's ring is too small for that: it waits a
 * second for each further packet and then goes on over what it has written before.
 */
TEST_F_TIMEOUT(job, thousands_of_commands, 120)
{
	enum { COUNT = 4096, WORDS = 4 };
	static struct drm_msm_gem_submit_cmd cmds[COUNT + 1];
	struct job *job = &self->job;

	if (!is_msmxx())
		SKIP(return, "more than upstream's ring holds");
	ASSERT_EQ(0, make_buffer(job->fd, COUNT * WORDS * 4, MSM_BO_WC, &job->code));
	ASSERT_EQ(0, make_buffer(job->fd, COUNT * 4, MSM_BO_WC, &job->memory));
	job->words = 0;
	for (uint32_t i = 0; i < COUNT; i++) {
		cmds[i] = (struct drm_msm_gem_submit_cmd){.type = MSM_SUBMIT_CMD_BUF,
							  .submit_offset = job->words * 4,
							  .size = WORDS * 4};
		job_write(job, i, i + 1);
	}
	job->bos[0].handle = job->code.handle;
	job->bos[1].handle = job->memory.handle;
	job->submit.cmds = (uintptr_t)cmds;
	job->submit.nr_cmds = COUNT;
	/* Several, which wait for each other's room in the ring. */
	for (int i = 0; i < 4; i++) {
		ASSERT_EQ(0, job_submit(job));
	}
	ASSERT_EQ(0, job_finish(job));
	for (uint32_t i = 0; i < COUNT; i++) {
		ASSERT_EQ(i + 1, job->memory.map[i]);
	}
}

/* What no empty ring could hold is refused, rather than waited for. */
TEST_F(job, more_commands_than_the_ring_holds)
{
	enum { COUNT = 9000 };
	static struct drm_msm_gem_submit_cmd cmds[COUNT];

	if (!is_msmxx())
		SKIP(return, "upstream drops what does not fit");
	for (int i = 0; i < COUNT; i++)
		cmds[i] = self->job.cmd;
	self->job.submit.cmds = (uintptr_t)cmds;
	self->job.submit.nr_cmds = COUNT;
	EXPECT_REFUSED(-EINVAL, &self->job);
}

TEST_F_TIMEOUT(job, hundreds_of_buffers, 120)
{
	enum { COUNT = 300 };
	static struct drm_msm_gem_submit_bo bos[COUNT];
	struct job *job = &self->job;

	bos[0] = job->bos[0];
	bos[1] = job->bos[1];
	for (int i = 2; i < COUNT; i++) {
		bos[i].flags = i % 2 ? MSM_SUBMIT_BO_READ : MSM_SUBMIT_BO_WRITE;
		ASSERT_EQ(0, gem_new(job->fd, PAGE, MSM_BO_WC, &bos[i].handle));
	}
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = COUNT;
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, job_submit(job));
	}
	ASSERT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);

	/* The last one is wrong, the last one is there twice. */
	bos[COUNT - 1].flags = 0;
	EXPECT_EQ(-EINVAL, job_submit(job));
	bos[COUNT - 1] = bos[1];
	EXPECT_EQ(-EALREADY, job_submit(job));
	for (int i = 2; i < COUNT - 1; i++) {
		ASSERT_EQ(0, gem_close(job->fd, bos[i].handle));
	}
}

/* Run when another context has been on the ring in between, and only then. */
TEST_F(job, what_restores_a_context)
{
	struct job *job = &self->job, other;
	struct drm_msm_gem_submit_cmd cmds[2] = {job->cmd, {.type = MSM_SUBMIT_CMD_BUF}};
	int fd = open_client();

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&other, fd));
	job_write(&other, 0, 1);
	cmds[1].submit_offset = job->words * 4;
	job_write(job, 1, 1);
	cmds[0].type = MSM_SUBMIT_CMD_CTX_RESTORE_BUF;
	cmds[0].size = cmds[1].size = 16;
	job->submit.cmds = (uintptr_t)cmds;
	job->submit.nr_cmds = 2;

	ASSERT_EQ(0, job_submit(&other));
	ASSERT_EQ(0, job_finish(&other));
	for (int i = 0; i < 4; i++) {
		job->memory.map[0] = job->memory.map[1] = 0;
		ASSERT_EQ(0, job_submit(job));
		ASSERT_EQ(0, job_finish(job));
		EXPECT_EQ(1, job->memory.map[1]);
		EXPECT_EQ(i % 2 == 0, job->memory.map[0]) TH_LOG("round %d", i);
		if (i % 2) {
			ASSERT_EQ(0, job_submit(&other));
			ASSERT_EQ(0, job_finish(&other));
		}
	}
	close(fd);
}

/*
 * Fences.
 */

TEST_F(job, fence_fd_out)
{
	struct job *job = &self->job;

	job_wait(job, 1);
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(job));
	ASSERT_GE(job->submit.fence_fd, 0);
	EXPECT_EQ(FD_CLOEXEC, fcntl(job->submit.fence_fd, F_GETFD));
	EXPECT_EQ(0, fence_fd_signalled(job->submit.fence_fd, 0));
	job->memory.map[1] = 1;
	EXPECT_EQ(1, fence_fd_signalled(job->submit.fence_fd, 5000));
	close(job->submit.fence_fd);
}

/* Has @first wait for word 1, and makes a job on a more urgent queue, so that only a fence can hold it. */
static int make_second(struct job *first, struct job *second)
{
	int ret = job_init(second, first->fd);

	if (!ret)
		ret = queue_new(first->fd, 2, 0, &first->submit.queueid);
	if (!ret)
		ret = queue_new(first->fd, 0, 0, &second->submit.queueid);
	job_wait(first, 1);
	job_write(second, 0, 2);
	return ret;
}

TEST_F(job, fence_fd_in)
{
	struct job *first = &self->job, second;

	ASSERT_EQ(0, make_second(first, &second));
	first->submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(first));
	second.submit.flags |= MSM_SUBMIT_FENCE_FD_IN | MSM_SUBMIT_FENCE_FD_OUT;
	second.submit.fence_fd = first->submit.fence_fd;
	ASSERT_EQ(0, job_submit(&second));
	EXPECT_NE(first->submit.fence_fd, second.submit.fence_fd);
	EXPECT_EQ(0, fence_fd_signalled(second.submit.fence_fd, 50));
	EXPECT_EQ(0, second.memory.map[0]);
	first->memory.map[1] = 1;
	EXPECT_EQ(1, fence_fd_signalled(second.submit.fence_fd, 5000));
	EXPECT_EQ(1, fence_fd_signalled(first->submit.fence_fd, 0));
	EXPECT_EQ(2, second.memory.map[0]);
	close(first->submit.fence_fd);
	close(second.submit.fence_fd);
}

TEST_F(job, what_is_no_fence)
{
	int pipes[2];

	ASSERT_EQ(0, pipe(pipes));
	self->job.submit.flags |= MSM_SUBMIT_FENCE_FD_IN;
	self->job.submit.fence_fd = -1;
	EXPECT_REFUSED(-EINVAL, &self->job);
	self->job.submit.fence_fd = pipes[0];
	EXPECT_REFUSED(-EINVAL, &self->job);
	self->job.submit.fence_fd = 9999;
	EXPECT_REFUSED(-EINVAL, &self->job);
}

/* A refused submit must not leave a file descriptor behind. */
TEST_F(job, no_fence_fd_of_a_refused_submit)
{
	int before = dup(0), after;

	close(before);
	self->job.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	self->job.cmd.type = 0;
	EXPECT_REFUSED(-EINVAL, &self->job);
	after = dup(0);
	EXPECT_EQ(before, after);
}

/* Without explicit fences the buffers order jobs. */
TEST_F(job, implicit_order)
{
	struct job *first = &self->job, second;

	ASSERT_EQ(0, make_second(first, &second));
	second.bos[1] = first->bos[1]; /* names the first one's memory, though it uses its own */
	second.bos[1].flags = MSM_SUBMIT_BO_READ;
	ASSERT_EQ(0, job_submit(first));

	second.submit.nr_bos = 3;
	struct drm_msm_gem_submit_bo bos[3] = {
		second.bos[0], second.bos[1], {MSM_SUBMIT_BO_WRITE, second.memory.handle}};
	second.submit.bos = (uintptr_t)bos;
	second.submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(&second));
	EXPECT_EQ(0, fence_fd_signalled(second.submit.fence_fd, 50));
	first->memory.map[1] = 1;
	EXPECT_EQ(1, fence_fd_signalled(second.submit.fence_fd, 5000));
	EXPECT_EQ(0, wait_fence(first->fd, first->submit.queueid, first->submit.fence, 0));
	close(second.submit.fence_fd);
}

TEST_F(job, a_number_of_ones_own)
{
	struct job *job = &self->job;

	job->submit.flags |= MSM_SUBMIT_FENCE_SN_IN;
	job->submit.fence = 0;
	EXPECT_EQ(-EINVAL, job_submit(job));
	job->submit.fence = 1000;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(1000, job->submit.fence);
	EXPECT_EQ(0, job_finish(job));
}

TEST_F(job, a_number_that_is_taken)
{
	struct job *job = &self->job;

	job_wait(job, 1);
	job->submit.flags |= MSM_SUBMIT_FENCE_SN_IN;
	job->submit.fence = 1000;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(-EINVAL, job_submit(job));
	job->memory.map[1] = 1;
	EXPECT_EQ(0, job_finish(job));
}

/*
 * What is refused.
 */

TEST_F(job, padding)
{
	self->job.submit.pad = 1;
	EXPECT_REFUSED(-EINVAL, &self->job);
}

TEST_F(job, pipes)
{
	for (uint32_t pipe = 0; pipe < 0x20; pipe++) {
		if (pipe == MSM_PIPE_3D0)
			continue;
		self->job.submit.flags = pipe;
		EXPECT_REFUSED(-EINVAL, &self->job);
	}
}

TEST_F(job, unknown_flags)
{
	for (int bit = 16; bit < 32; bit++) {
		if (1u << bit & MSM_SUBMIT_FLAGS)
			continue;
		self->job.submit.flags = MSM_PIPE_3D0 | 1u << bit;
		EXPECT_REFUSED(-EINVAL, &self->job);
	}
}

/* Upstream has it where the kernel is built with DRM_MSM_GPU_SUDO, which nobody ships. */
TEST_F(job, sudo_is_for_nobody)
{
	self->job.submit.flags |= MSM_SUBMIT_SUDO;
	EXPECT_REFUSED(-EINVAL, &self->job);
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_REFUSED(-EINVAL, &self->job);
	ASSERT_EQ(0, seteuid(0));
}

TEST_F(job, unknown_queue)
{
	self->job.submit.queueid = 99;
	EXPECT_REFUSED(-ENOENT, &self->job);
}

TEST_F(job, the_first_check_decides)
{
	struct job *job = &self->job;

	job->submit.queueid = 99;
	job->submit.flags = MSM_PIPE_2D0;
	EXPECT_REFUSED(-EINVAL, job);
	job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_FENCE_FD_IN;
	EXPECT_REFUSED(-ENOENT, job); /* before the in-fence, which is none */
	job->submit.queueid = 0;
	job->submit.bos = BAD_ADDRESS;
	EXPECT_REFUSED(-EINVAL, job); /* the in-fence before the buffers */
	job->submit.flags = MSM_PIPE_3D0;
	job->submit.cmds = 0;
	job->bos[0].flags = 0;
	EXPECT_REFUSED(-EFAULT, job); /* the buffers before the commands */
	job->submit.bos = (uintptr_t)job->bos;
	EXPECT_REFUSED(-EINVAL, job);
	job->bos[0].flags = MSM_SUBMIT_BO_READ;
	job->bos[1].handle = 12345;
	EXPECT_REFUSED(-EINVAL, job); /* handles, too */
	job->bos[1].handle = job->bos[0].handle;
	EXPECT_REFUSED(-EFAULT,
		       job); /* a buffer that is there twice is noticed after the commands */
}

static int advise(int fd, uint32_t handle, uint32_t madv)
{
	struct drm_msm_gem_madvise request = {handle, madv};

	return test_ioctl(fd, DRM_IOCTL_MSM_GEM_MADVISE, &request);
}

/* Where in a buffer commands lie matters only once there are buffers. */
TEST_F(job, buffers_before_the_places_of_commands)
{
	struct job *job = &self->job;
	struct drm_msm_gem_submit_cmd good = job->cmd, wrong[] = {good, good, good, good};

	wrong[0].submit_idx = 2;
	wrong[1].size = 0;
	wrong[2].size = PAGE + 4;
	wrong[3].submit_offset = PAGE;
	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		job->cmd = wrong[i];
		job->bos[1].handle = job->code.handle;
		EXPECT_REFUSED(-EALREADY, job);
		job->bos[1].handle = job->memory.handle;
		ASSERT_EQ(0, advise(job->fd, job->memory.handle, MSM_MADV_DONTNEED));
		EXPECT_REFUSED(-EBUSY, job);
		ASSERT_EQ(0, advise(job->fd, job->memory.handle, MSM_MADV_WILLNEED));
		EXPECT_REFUSED(-EINVAL, job);
		job->cmd.type = 0;
		job->bos[1].handle = job->code.handle;
		EXPECT_REFUSED(-EINVAL, job);
		job->bos[1].handle = job->memory.handle;
	}
	job->cmd = good;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);
}

/* Before anything else is asked of the kernel, and it leaves nothing behind. */
TEST_F(job, no_descriptor_for_the_fence)
{
	struct job *job = &self->job;
	struct rlimit before, none;
	int next = dup(0);

	ASSERT_GE(next, 0);
	close(next);
	ASSERT_EQ(0, getrlimit(RLIMIT_NOFILE, &before));
	none = (struct rlimit){next, before.rlim_max};
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &none));
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	EXPECT_REFUSED(-EMFILE, job);
	job->submit.flags |= MSM_SUBMIT_FENCE_FD_IN;
	EXPECT_REFUSED(-EMFILE, job); /* the in-fence is none */
	job->submit.queueid = 99;
	EXPECT_REFUSED(-ENOENT, job);
	job->submit.queueid = 0;
	ASSERT_EQ(0, setrlimit(RLIMIT_NOFILE, &before));
	EXPECT_REFUSED(-EINVAL, job);
	EXPECT_EQ(-1, job->submit.fence_fd);
	EXPECT_EQ(0, job->memory.map[0]);

	job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_FENCE_FD_OUT;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(next, job->submit.fence_fd);
	EXPECT_EQ(1, job->submit.fence);
	EXPECT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);
	close(job->submit.fence_fd);
}

TEST_F(job, buffer_flags)
{
	struct job *job = &self->job;

	job->bos[1].flags = 0;
	EXPECT_REFUSED(-EINVAL, job);
	job->bos[1].flags = MSM_SUBMIT_BO_DUMP | MSM_SUBMIT_BO_NO_IMPLICIT;
	EXPECT_REFUSED(-EINVAL, job);
	job->bos[1].flags = MSM_SUBMIT_BO_WRITE | 0x10;
	EXPECT_REFUSED(-EINVAL, job);
	job->bos[1].flags = MSM_SUBMIT_BO_FLAGS;
	EXPECT_EQ(0, job_submit(job));
	EXPECT_EQ(0, job_finish(job));
}

TEST_F(job, buffer_handles)
{
	self->job.bos[1].handle = 0;
	EXPECT_REFUSED(-EINVAL, &self->job);
	self->job.bos[1].handle = 0xffffffff;
	EXPECT_REFUSED(-EINVAL, &self->job);
}

TEST_F(job, a_buffer_stands_in_the_table_once)
{
	self->job.bos[1].handle = self->job.bos[0].handle;
	EXPECT_REFUSED(-EALREADY, &self->job);
}

TEST_F(job, arrays_at_bad_addresses)
{
	self->job.submit.cmds = BAD_ADDRESS;
	EXPECT_REFUSED(-EFAULT, &self->job);
	self->job.submit.cmds = (uintptr_t)&self->job.cmd;
	self->job.submit.bos = BAD_ADDRESS;
	EXPECT_REFUSED(-EFAULT, &self->job);
	EXPECT_EQ(-EFAULT, test_ioctl(self->job.fd, DRM_IOCTL_MSM_GEM_SUBMIT, (void *)1));
}

/* What begins at the end of the address space goes on nowhere. */
TEST_F(job, arrays_past_the_end)
{
	struct job *job = &self->job;

	job->submit.cmds = -(uint64_t)sizeof(job->cmd);
	EXPECT_REFUSED(-EFAULT, job);
	job->submit.nr_cmds = 2;
	EXPECT_REFUSED(-EFAULT, job);
	job->submit.cmds = (uintptr_t)&job->cmd;
	job->submit.nr_cmds = 1;
	job->submit.bos = -(uint64_t)sizeof(job->bos[0]);
	EXPECT_REFUSED(-EFAULT, job);
	job->submit.bos = (uintptr_t)job->bos;
	for (uint32_t stride = 4; stride <= 64; stride *= 2) {
		job->submit.syncobj_stride = stride;
		job->submit.in_syncobjs = job->submit.out_syncobjs = -(uint64_t)stride;
		job->submit.nr_in_syncobjs = job->submit.nr_out_syncobjs = 2;
		job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_IN;
		EXPECT_REFUSED(-EFAULT, job);
		job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_OUT;
		EXPECT_REFUSED(-EFAULT, job);
	}
}

/* Counts that need more memory than anyone has, or than anyone is to have for one job. */
TEST_F(job, absurd_counts)
{
	/* What upstream's allocator gives up on. */
	int refused = is_msmxx() ? -EINVAL : -ENOMEM;
	struct job *job = &self->job;

	job->submit.nr_bos = 0xffffffff;
	EXPECT_EQ(refused, job_submit(job));
	job->submit.nr_bos = 2;
	job->submit.nr_cmds = 0xffffffff;
	EXPECT_EQ(refused, job_submit(job));
	job->submit.nr_cmds = 1;
	if (!is_msmxx())
		SKIP(return, "upstream reads as many as the allocator has room for");
	job->submit.nr_bos = (1 << 16) + 1;
	EXPECT_EQ(-EINVAL, job_submit(job));
	job->submit.nr_bos = 2;
	job->submit.nr_in_syncobjs = job->submit.nr_out_syncobjs = (1 << 16) + 1;
	job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_IN;
	EXPECT_EQ(-EINVAL, job_submit(job));
	job->submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_OUT;
	EXPECT_EQ(-EINVAL, job_submit(job));
}

/*
 * Private buffers share a reservation, in which a job that writes one and reads the other stands
 * twice; while jobs of three priorities are pending there must be room for all of them.
 */
TEST_F(job, private_buffers_written_and_read_at_every_priority)
{
	struct job *blocker = &self->job;
	struct buffer written, read;
	uint32_t queues[3], fences[3];

	if (!is_msmxx())
		SKIP(return, "upstream has none (6.12), or takes two for the same one (EALREADY)");
	ASSERT_EQ(0, make_buffer(blocker->fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE, &written));
	ASSERT_EQ(0, make_buffer(blocker->fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE, &read));
	blocker->words = 0;
	job_wait(blocker, 0);
	ASSERT_EQ(0, job_submit(blocker));
	for (int i = 0; i < 3; i++) {
		struct drm_msm_gem_submit_bo bos[] = {
			{MSM_SUBMIT_BO_WRITE, written.handle, written.iova},
			{MSM_SUBMIT_BO_READ, read.handle, read.iova},
		};
		struct drm_msm_gem_submit submit = {
			.flags = MSM_PIPE_3D0,
			.nr_bos = 2,
			.bos = (uintptr_t)bos,
			.fence_fd = -1,
		};

		EXPECT_EQ(0, queue_new(blocker->fd, i, 0, &submit.queueid));
		EXPECT_EQ(0, test_ioctl(blocker->fd, DRM_IOCTL_MSM_GEM_SUBMIT, &submit));
		queues[i] = submit.queueid;
		fences[i] = submit.fence;
	}
	blocker->memory.map[0] = 1;
	EXPECT_EQ(0, job_finish(blocker));
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(0, wait_fence(blocker->fd, queues[i], fences[i], 5000));
}

TEST_F(job, command_types)
{
	self->job.cmd.type = 0;
	EXPECT_REFUSED(-EINVAL, &self->job);
	self->job.cmd.type = 4;
	EXPECT_REFUSED(-EINVAL, &self->job);
}

TEST_F(job, command_sizes)
{
	struct job *job = &self->job;

	job->cmd.size = 0;
	EXPECT_REFUSED(-EINVAL, job);
	job->cmd.size = 6;
	EXPECT_REFUSED(-EINVAL, job);
	job->cmd.size = PAGE + 4;
	EXPECT_REFUSED(-EINVAL, job);
	job->cmd.size = 16;
	job->cmd.submit_offset = PAGE - 12;
	EXPECT_REFUSED(-EINVAL, job);
	job->cmd.submit_offset = 0xfffffffc;
	EXPECT_REFUSED(-EINVAL, job);
	job->cmd.size = 0xfffffffc;
	job->cmd.submit_offset = 8;
	EXPECT_REFUSED(-EINVAL, job);
}

/* A packet has 20 bits for how many words the GPU is to fetch. */
TEST_F(job, more_words_than_a_packet_can_say)
{
	enum { ROOM = 1 << 20 };
	struct job *job = &self->job;
	struct buffer large = {};

	if (!is_msmxx())
		SKIP(return, "upstream has the GPU fetch as many as the low 20 bits say");
	ASSERT_EQ(0, gem_new(job->fd, ROOM * 4, MSM_BO_WC, &large.handle));
	job->bos[0].handle = large.handle;
	/* What is not run, so that it does not matter what it says. */
	job->cmd.type = MSM_SUBMIT_CMD_IB_TARGET_BUF;
	job->cmd.size = ROOM * 4;
	EXPECT_REFUSED(-EINVAL, job);
	job->cmd.size -= 4;
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(0, job_finish(job));
}

/* Upstream divides by four and runs what is there. */
TEST_F(job, an_offset_is_in_whole_words)
{
	if (!is_msmxx())
		SKIP(return, "upstream rounds it down");
	self->job.cmd.submit_offset = 2;
	EXPECT_REFUSED(-EINVAL, &self->job);
}

TEST_F(job, command_index)
{
	self->job.cmd.submit_idx = 2;
	EXPECT_REFUSED(-EINVAL, &self->job);
	self->job.cmd.submit_idx = 0xffffffff;
	EXPECT_REFUSED(-EINVAL, &self->job);
}

/* From a6xx on nobody needs them. */
TEST_F(job, relocations_are_refused)
{
	struct drm_msm_gem_submit_reloc reloc = {.reloc_idx = 1};
	uint64_t chip;

	ASSERT_EQ(0, get_param(self->job.fd, MSM_PARAM_CHIP_ID, &chip));
	if ((chip >> 24 & 0xff) < 6)
		SKIP(return, "allowed on this chip");
	self->job.cmd.nr_relocs = 1;
	self->job.cmd.relocs = (uintptr_t)&reloc;
	EXPECT_REFUSED(-EINVAL, &self->job);
	/* Upstream reads them first. */
	self->job.cmd.relocs = BAD_ADDRESS;
	EXPECT_REFUSED(is_msmxx() ? -EINVAL : -EFAULT, &self->job);
	self->job.cmd.nr_relocs = UINT32_MAX;
	EXPECT_REFUSED(is_msmxx() ? -EINVAL : -ENOMEM, &self->job);
}

/* An error must not cost the next job anything. */
TEST_F(job, goes_on_after_errors)
{
	struct job *job = &self->job;

	for (int i = 0; i < 100; i++) {
		job->cmd.type = 9;
		ASSERT_EQ(-EINVAL, job_submit(job));
		job->cmd.type = MSM_SUBMIT_CMD_BUF;
		job->bos[1].handle = 12345;
		ASSERT_EQ(-EINVAL, job_submit(job));
		job->bos[1].handle = job->memory.handle;
	}
	ASSERT_EQ(0, job_submit(job));
	EXPECT_EQ(1, job->submit.fence);
	EXPECT_EQ(0, job_finish(job));
	EXPECT_EQ(1, job->memory.map[0]);
}

TEST_HARNESS_MAIN
