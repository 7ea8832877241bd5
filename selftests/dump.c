// SPDX-License-Identifier: GPL-2.0-only
/*
 * The dump of a GPU that went wrong: it can be read, and tells whose job did what.
 *
 *	MSMXX_DUMP_OF_STOCK	if set, look at upstream's too
 */
#include "crash_dump.h"
#include "fixture.h"
#include "msm_hang.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Registers that crashdec cannot do without. */
#define CP_RB_BASE  0x800
#define CP_RB_RPTR  0x806
#define CP_IB1_BASE 0x928

#define UNMAPPED 0x7ffff00a50ull

FIXTURE(dump)
{
	int fd;
	struct job job;
	struct crash_dump *dump;
};

FIXTURE_SETUP(dump)
{
	uint64_t chip;
	char path[64];

	if (access("/sys/class/devcoredump", F_OK))
		SKIP(return, "no device coredumps in this kernel");
	if (!is_msmxx() && !getenv("MSMXX_DUMP_OF_STOCK"))
		SKIP(return,
			   "upstream reads forty thousand registers, each a message to the board");
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip));
	self->dump = calloc(1, sizeof(*self->dump));
	hangcheck_period(100);
	if (dump_path(path)) {
		dump_discard();
		usleep(DUMP_BLIND_US);
	}
	ASSERT_EQ(0, job_init(&self->job, self->fd));
	self->job.bos[0].flags |= MSM_SUBMIT_BO_DUMP;
}

FIXTURE_TEARDOWN(dump)
{
	dump_discard();
	hangcheck_period(is_msmxx() ? 250 : 500);
	dump_free(self->dump);
	free(self->dump);
	close(self->fd);
}

TEST_F_TIMEOUT(dump, of_a_hang, 90)
{
	struct job *job = &self->job;
	struct crash_dump *dump = self->dump;
	const struct dump_bo *code, *memory;
	uint64_t gpu_id, chip_id;

	prctl(PR_SET_NAME, "guilty-task");
	job_write(job, 1, 7);
	job_wait(job, 0);
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, dump_take(HANG_PATIENCE, dump)) TH_LOG("%s", dump->error);
	EXPECT_EQ(0, job_wait_long(job));

	EXPECT_STREQ("guilty-task", dump->comm);
	EXPECT_NE(NULL, strstr(dump->cmdline, "dump"));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_GPU_ID, &gpu_id));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip_id));
	EXPECT_EQ(gpu_id, dump->gpu_id);
	EXPECT_EQ((uint32_t)chip_id, dump->chip_id);
	EXPECT_FALSE(dump->has_fault);

	ASSERT_EQ(1, dump->rings);
	EXPECT_LT((int32_t)(dump->retired_fence - dump->last_fence), 0);
	EXPECT_LT(dump->ring_wptr, dump->ring_size / 4);
	EXPECT_GE(dump->ring.count, dump->ring_wptr);
	EXPECT_TRUE(dump_calls(dump, job->code.iova, job->words));

	EXPECT_EQ(2, dump->nr_bos);
	code = dump_find_bo(dump, job->code.iova);
	ASSERT_NE(NULL, code);
	EXPECT_EQ(job->code.size, code->size);
	EXPECT_EQ(MSM_BO_WC, code->flags);
	ASSERT_EQ(job->words, code->data.count);
	for (uint32_t i = 0; i < job->words; i++)
		EXPECT_EQ(job->code.map[i], code->data.words[i]);
	memory = dump_find_bo(dump, job->memory.iova);
	ASSERT_NE(NULL, memory);
	EXPECT_EQ(job->memory.size, memory->size);
	EXPECT_EQ(0, memory->data.count);

	/* What crashdec finds the place by. */
	EXPECT_EQ(dump->ring_iova, dump_register64(dump, CP_RB_BASE));
	EXPECT_LE(0, dump_register(dump, CP_RB_RPTR));
	EXPECT_GE(dump_register64(dump, CP_IB1_BASE), job->code.iova);
	EXPECT_LE(dump_register64(dump, CP_IB1_BASE), job->code.iova + job->words * 4);
}

TEST_F_TIMEOUT(dump, of_a_page_fault, 90)
{
	struct job *job = &self->job;
	struct crash_dump *dump = self->dump;

	usleep(FAULT_PAUSE_US);
	prctl(PR_SET_NAME, "lost-its-way");
	job_packet(job, CP_MEM_WRITE, 3);
	job_address(job, UNMAPPED);
	job_word(job, 1);
	job_write(job, 1, 7);
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, dump_take(HANG_PATIENCE, dump)) TH_LOG("%s", dump->error);
	EXPECT_EQ(0, job_wait_long(job));
	EXPECT_EQ(7, job->memory.map[1]);

	EXPECT_STREQ("lost-its-way", dump->comm);
	ASSERT_TRUE(dump->has_fault);
	EXPECT_EQ(UNMAPPED, dump->fault_iova);
	EXPECT_STREQ("WRITE", dump->fault_direction);
	if (is_msmxx()) {
		EXPECT_TRUE(dump->has_walk);
		EXPECT_EQ(0, dump->ptes[3]);
	}
	EXPECT_TRUE(dump_calls(dump, job->code.iova, job->words));
	EXPECT_NE(NULL, dump_find_bo(dump, job->code.iova));
}

/* All levels lead to a page, which the GPU may only read. Where it leads is KUnit's to know (pagetable_test.cc). */
TEST_F_TIMEOUT(dump, how_it_was_translated, 90)
{
	const uint64_t page = 3, read_only = 1 << 7, address = 0xfffffffff000;
	struct job *job = &self->job;
	struct crash_dump *dump = self->dump;
	struct buffer constant;

	if (!is_msmxx())
		SKIP(return, "upstream's 6.12 does not tell, and later ones stop their hangcheck");
	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC | MSM_BO_GPU_READONLY, &constant));
	job->bos[1] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ, constant.handle, 0};
	usleep(FAULT_PAUSE_US);
	job_packet(job, CP_MEM_WRITE, 3);
	job_address(job, constant.iova + 8);
	job_word(job, 1);
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, dump_take(HANG_PATIENCE, dump)) TH_LOG("%s", dump->error);
	EXPECT_EQ(0, job_wait_long(job));

	ASSERT_TRUE(dump->has_walk);
	EXPECT_EQ(dump->fault_ttbr0 & address, dump->walk_ttbr0 & address);
	for (int level = 1; level < 4; level++) {
		EXPECT_EQ(page, dump->ptes[level] & page) TH_LOG("level %d", level);
	}
	EXPECT_EQ(read_only, dump->ptes[3] & read_only);
}

TEST_F_TIMEOUT(dump, the_first_one_is_kept, 90)
{
	struct job *job = &self->job;
	char path[64];

	prctl(PR_SET_NAME, "the-first");
	job_wait(job, 0);
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, job_submit(job));
		ASSERT_EQ(0, job_wait_long(job));
		for (int j = 0; j < 1000 && !dump_path(path); j++)
			usleep(10000);
		prctl(PR_SET_NAME, "the-second");
	}
	ASSERT_EQ(0, dump_take(0, self->dump)) TH_LOG("%s", self->dump->error);
	EXPECT_STREQ("the-first", self->dump->comm);
	dump_discard();
	EXPECT_FALSE(dump_path(path));
	usleep(DUMP_BLIND_US);
}

TEST_F_TIMEOUT(dump, commands_without_being_asked, 90)
{
	struct job *job = &self->job;
	const struct dump_bo *code;

	if (!is_msmxx())
		SKIP(return, "upstream dumps what the submit marks only");
	job->bos[0].flags &= ~MSM_SUBMIT_BO_DUMP;
	job_wait(job, 0);
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, dump_take(HANG_PATIENCE, self->dump)) TH_LOG("%s", self->dump->error);
	code = dump_find_bo(self->dump, job->code.iova);
	ASSERT_NE(NULL, code);
	EXPECT_EQ(job->words, code->data.count);
	EXPECT_EQ(0, job_wait_long(job));
}

TEST_F_TIMEOUT(dump, of_a_process_that_is_gone, 90)
{
	char *text;
	pid_t child;

	if (!is_msmxx())
		SKIP(return, "upstream asks the process for its name when it hangs");
	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		struct job job;
		int fd = open_msm();

		prctl(PR_SET_NAME, "gone\nby: then");
		if (fd < 0 || job_init(&job, fd))
			_exit(1);
		job_write(&job, 1, 1);
		job_wait(&job, 0);
		if (job_submit(&job))
			_exit(1);
		/* Its file is closed with it, but the job is already on the GPU. */
		while (!job.memory.map[1])
			usleep(1000);
		kill(getpid(), SIGKILL);
	}
	ASSERT_EQ(child, waitpid(child, NULL, 0));
	text = dump_read(HANG_PATIENCE);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "\ncomm: gone?by: then\n"));
	EXPECT_EQ(0, dump_parse(text, self->dump)) TH_LOG("%s", self->dump->error);
	free(text);
}

/* Who submits for others says whom for. */
TEST_F_TIMEOUT(dump, of_a_client_with_another_name, 90)
{
	static const char comm[] = "a guest's own", cmdline[] = "guest --all of it";
	struct job *job = &self->job;

	prctl(PR_SET_NAME, "the-host");
	ASSERT_EQ(0, set_param(self->fd, MSM_PARAM_COMM, (uintptr_t)comm, strlen(comm)));
	ASSERT_EQ(0, set_param(self->fd, MSM_PARAM_CMDLINE, (uintptr_t)cmdline, strlen(cmdline)));
	job_wait(job, 0);
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, dump_take(HANG_PATIENCE, self->dump)) TH_LOG("%s", self->dump->error);
	EXPECT_STREQ(comm, self->dump->comm);
	EXPECT_STREQ(cmdline, self->dump->cmdline);
	EXPECT_TRUE(dump_calls(self->dump, job->code.iova, job->words));
	EXPECT_EQ(0, job_wait_long(job));
}

TEST_F_TIMEOUT(dump, a_large_buffer_is_cut, 90)
{
	const uint32_t size = 3 << 20, most = 1 << 20;
	struct job *job = &self->job;
	struct drm_msm_gem_submit_bo bos[3];
	const struct dump_bo *bo;
	struct buffer large;

	if (!is_msmxx())
		SKIP(return, "upstream takes all there is");
	ASSERT_EQ(0, make_buffer(self->fd, size, MSM_BO_WC, &large));
	for (uint32_t i = 0; i < size / 4; i += PAGE / 4)
		large.map[i] = i + 1;
	bos[0] = job->bos[0];
	bos[1] = job->bos[1];
	bos[2] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_DUMP,
						large.handle, large.iova};
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = 3;
	job_wait(job, 0);
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, dump_take(HANG_PATIENCE, self->dump)) TH_LOG("%s", self->dump->error);
	bo = dump_find_bo(self->dump, large.iova);
	ASSERT_NE(NULL, bo);
	EXPECT_EQ(size, bo->size);
	EXPECT_EQ((most - PAGE) / 4 + 1, bo->data.count);
	for (uint32_t i = 0; i < bo->data.count; i += PAGE / 4)
		EXPECT_EQ(i + 1, bo->data.words[i]);
	EXPECT_LT(self->dump->bytes, 4 << 20);
	EXPECT_EQ(0, job_wait_long(job));
}

TEST_HARNESS_MAIN
