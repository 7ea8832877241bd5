// SPDX-License-Identifier: GPL-2.0-only
/*
 * A dump when there is no memory for it, when there is too much to show, and when the driver goes while it
 * is read. msmxx only: upstream takes what it likes, in one piece, and does not go while a dump waits.
 */
#include "expect_dump.h"
#include "fail_nth.h"
#include "fixture.h"
#include "msm_bind.h"

FIXTURE(dump)
{
	int fd;
	struct job job;
	struct crash_dump *dump;
};

FIXTURE_SETUP(dump)
{
	uint64_t chip;

	if (!is_msmxx())
		SKIP(return, "upstream's dumps are not bounded");
	if (access("/sys/class/devcoredump", F_OK))
		SKIP(return, "no device coredumps in this kernel");
	dump_begin();
	self->fd = open_msm();
	ASSERT_GE(self->fd, 0) TH_LOG("no render node of the msm driver");
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip));
	self->dump = calloc(1, sizeof(*self->dump));
	hangcheck_period(100);
	ASSERT_EQ(0, job_init(&self->job, self->fd));
	job_wait(&self->job, 0);
}

FIXTURE_TEARDOWN(dump)
{
	dump_discard();
	hangcheck_period(250);
	if (self->dump)
		dump_free(self->dump);
	free(self->dump);
	close(self->fd);
}

#define FAIL_PAGE "/sys/kernel/debug/fail_page_alloc/"

static bool set_number(const char *file, uint64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64, number);
	return !write_text(file, text);
}

/* Whether from now on no page that may not be waited for is given to the driver. */
static bool starve(bool on)
{
	static const char *const unlimited = "-1";
	char line[256];
	FILE *modules = fopen("/proc/modules", "re");
	uint64_t start = 0, size = 0;

	while (modules && fgets(line, sizeof(line), modules)) {
		if (sscanf(line, "msmxx %" SCNu64 " %*d %*s %*s %" SCNx64, &size, &start) == 2)
			break;
	}
	if (modules)
		fclose(modules);
	return start && set_number(FAIL_PAGE "probability", 0) &&
	       set_number(FAIL_PAGE "require-start", on ? start : 0) &&
	       set_number(FAIL_PAGE "require-end", on ? start + size : UINT64_MAX) &&
	       set_number(FAIL_PAGE "stacktrace-depth", on ? 32 : 0) &&
	       set_number(FAIL_PAGE "min-order", 0) && set_number(FAIL_PAGE "verbose", 0) &&
	       !write_text(FAIL_PAGE "ignore-gfp-wait", on ? "Y" : "N") &&
	       !write_text(FAIL_PAGE "times", unlimited) &&
	       set_number(FAIL_PAGE "probability", on ? 100 : 0);
}

/* Who did it takes no memory. */
TEST_F_TIMEOUT(dump, without_memory, 90)
{
	struct job *job = &self->job, next;
	struct crash_dump *dump = self->dump;
	int ret;

	if (access(FAIL_PAGE "require-start", W_OK))
		SKIP(return, "no fault injection in this kernel");
	ASSERT_TRUE(starve(true));
	ASSERT_EQ(0, job_submit(job));
	ret = dump_take(HANG_PATIENCE, dump);
	ASSERT_TRUE(starve(false));
	ASSERT_EQ(0, ret) TH_LOG("%s", dump->error);
	EXPECT_STREQ("", dump_check_process(dump, &(struct expected_dump){}));
	EXPECT_STREQ("no progress", dump->reason);
	EXPECT_EQ(1, dump->rings);
	EXPECT_EQ(dump->last_fence, dump->retired_fence + 1);
	EXPECT_EQ(0, dump->ring.count);
	EXPECT_EQ(0, dump->nr_registers);
	EXPECT_EQ(0, dump->nr_bos);
	EXPECT_EQ(2, dump->left_out);

	/* With memory there is one again. */
	ASSERT_TRUE(dump_discard());
	ASSERT_EQ(0, job_init(&next, self->fd));
	job_wait(&next, 0);
	ASSERT_EQ(0, job_submit(&next));
	EXPECT_DUMP(.job = &next);
}

/* More than fits: the commands are in it all the same, and what is not is counted. */
TEST_F_TIMEOUT(dump, of_a_thousand_buffers, 180)
{
	enum { large = 10, count = 1000, most_text = 11 << 20 };
	struct drm_msm_gem_submit_bo bos[count + 2];
	struct job *job = &self->job;
	struct crash_dump *dump = self->dump;
	const struct dump_bo *code;
	struct buffer buffer;

	for (int i = 0; i < count; i++) {
		uint32_t flags = MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_DUMP, handle;
		uint64_t iova = 0;

		if (i < large) {
			ASSERT_EQ(0, make_buffer(self->fd, 1 << 20, MSM_BO_WC, &buffer));
			/* Zeroes at the end are not shown. */
			for (uint32_t word = 0; word < buffer.size / 4; word += PAGE / 4)
				buffer.map[word] = ~0u;
			buffer.map[buffer.size / 4 - 1] = ~0u;
			handle = buffer.handle;
			iova = buffer.iova;
		} else {
			ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
			ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_IOVA, &iova));
		}
		bos[i] = (struct drm_msm_gem_submit_bo){flags, handle, iova};
	}
	bos[count] = job->bos[0];
	bos[count + 1] = job->bos[1];
	job->cmd.submit_idx = count;
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = count + 2;
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, dump_take(HANG_PATIENCE, dump)) TH_LOG("%s", dump->error);
	EXPECT_EQ(0, job_wait_long(job));
	EXPECT_STREQ("", dump_check_process(dump, &(struct expected_dump){}));
	code = dump_find_bo(dump, job->code.iova);
	ASSERT_NE(NULL, code);
	EXPECT_EQ(job->words, code->data.count);
	EXPECT_GT(dump->left_out, 0);
	EXPECT_EQ(count + 2, dump->nr_bos + dump->left_out);
	EXPECT_LT(dump->bytes, most_text);
	EXPECT_GT(dump->nr_registers, 0);
}

static bool unload(void)
{
	bool gone = false;

	/* Fences that were waited for a moment ago hold the module until an RCU grace period is over. */
	for (int i = 0; i < 100 && !gone; i++) {
		gone = !system("rmmod msmxx 2>/dev/null");
		if (!gone)
			usleep(100000);
	}
	return gone;
}

/* It is the engineer's as long as he reads it, whatever becomes of the GPU. */
TEST_F_TIMEOUT(dump, outlives_the_driver, 180)
{
	struct job *job = &self->job;
	char device[256], path[64], *text;
	size_t half, size = 0, room = 2 << 20;
	uint64_t value;
	ssize_t got;
	int data;

	ASSERT_EQ(0, bound_device(device));
	ASSERT_EQ(0, job_submit(job));
	ASSERT_EQ(0, job_wait_long(job));
	for (int i = 0; i < 1000 && !dump_path(path); i++)
		usleep(10000);
	data = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_GE(data, 0) TH_LOG("no dump");
	text = calloc(1, room + 1);
	size = read(data, text, PAGE);
	ASSERT_GT(size, 0);

	ASSERT_EQ(0, tell_driver("unbind", device));
	EXPECT_EQ(-ENODEV, get_param(self->fd, MSM_PARAM_CHIP_ID, &value));
	half = size + read(data, text + size, PAGE);
	ASSERT_GT(half, size);

	munmap((void *)job->code.map, PAGE);
	munmap((void *)job->memory.map, PAGE);
	close(self->fd);
	self->fd = -1;
	/* KUnit's suites would run at the next load. */
	if (system("filter=/sys/module/kunit/parameters/filter_glob; "
		   "[ ! -w $filter ] || echo none >$filter"))
		TH_LOG("KUnit's suites run again");
	ASSERT_TRUE(unload());
	for (size = half; (got = read(data, text + size, room - size)) > 0;)
		size += got;
	close(data);
	text[size] = 0;
	EXPECT_EQ(0, got);
	ASSERT_EQ(0, dump_parse(text, self->dump)) TH_LOG("%s", self->dump->error);
	EXPECT_STREQ("", dump_check_process(self->dump, &(struct expected_dump){}));
	EXPECT_NE(NULL, dump_find_bo(self->dump, job->code.iova));
	free(text);

	ASSERT_EQ(0, system("modprobe msmxx"));
	self->fd = open_again();
	ASSERT_GE(self->fd, 0);
	/* The old one still waits: it was taken first. */
	EXPECT_TRUE(dump_path(path));
	ASSERT_TRUE(dump_discard());
	usleep(DUMP_BLIND_US);
	ASSERT_EQ(0, job_init(job, self->fd));
	job_wait(job, 0);
	ASSERT_EQ(0, job_submit(job));
	EXPECT_DUMP(.job = job);
}

TEST_HARNESS_MAIN
