// SPDX-License-Identifier: GPL-2.0-only
/* The GPU goes where nothing is mapped: it is told of to the byte, and goes on. */
#include "fixture.h"
#include "msm_hang.h"

#include <stdlib.h>
#include <sys/klog.h>
#include <sys/prctl.h>

/* An address of this process's half at which nothing is, and on no boundary but the CP's own. */
#define UNMAPPED 0x7ffff003a4ull

/* Whether @text is in the kernel's log. */
static bool logged(const char *text)
{
	enum { read_all = 3, buffer_size = 10 };
	int size = klogctl(buffer_size, NULL, 0);
	char *log = calloc(1, size + 1);
	bool found = log && klogctl(read_all, log, size) > 0 && strstr(log, text);

	free(log);
	return found;
}

static void write_to(struct job *job, uint64_t address)
{
	job_packet(job, CP_MEM_WRITE, 3);
	job_address(job, address);
	job_word(job, 1);
}

/* Of the default queue; FAULTS of a file is another number. */
static int queue_faults(int fd, uint32_t *faults)
{
	struct drm_msm_submitqueue_query query = {.data = (uintptr_t)faults,
						  .param = MSM_SUBMITQUEUE_PARAM_FAULTS,
						  .len = sizeof(*faults)};

	return test_ioctl(fd, DRM_IOCTL_MSM_SUBMITQUEUE_QUERY, &query);
}

TEST_F_TIMEOUT(msm, one, 120)
{
	char text[64];
	struct job job, next;
	uint32_t of_queue;
	uint64_t before, after;
	bool told = false;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_FAULTS, &before));
	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, job_init(&next, self->fd));
	job_write(&job, 1, 5);
	write_to(&job, UNMAPPED);
	job_write(&job, 2, 6);
	job_write(&next, 1, 7);
	ASSERT_EQ(0, job_submit(&job));
	/* Upstream's 7.2 stops its hangcheck for the dump: stuck until the next job. */
	if (is_newer_upstream(self->fd)) {
		sleep(2);
		ASSERT_EQ(0, job_submit(&next));
	}
	ASSERT_EQ(0, job_wait_long(&job));
	/* What came behind it ran as well. */
	EXPECT_EQ(5, job.memory.map[1]);
	EXPECT_EQ(6, job.memory.map[2]);
	/* A fault is no hang: only those are counted, of the file as of the queue. */
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_FAULTS, &after));
	EXPECT_EQ(before, after);
	ASSERT_EQ(0, queue_faults(self->fd, &of_queue));
	EXPECT_EQ(0, of_queue);
	if (is_msmxx()) {
		snprintf(text, sizeof(text), "page fault: write of %016llx by CP, TRANSLATION",
			 UNMAPPED);
		/* After a lot of them the log takes no more for some seconds. */
		for (int i = 0; i < 10 && !(told = logged(text)); i++) {
			sleep(1);
			ASSERT_EQ(0, job_submit(&job));
			ASSERT_EQ(0, job_finish(&job));
		}
		EXPECT_TRUE(told) TH_LOG("not in the log: %s", text);
	}
}

/* Nor does a flood of them keep other lines out of the log; and what a process calls itself makes none. */
TEST_F_TIMEOUT(msm, a_flood_hides_nothing, 60)
{
	struct job job, hanging;
	char text[64];

	if (!is_msmxx())
		SKIP(return, "upstream's log has other lines");
	ASSERT_EQ(0, prctl(PR_SET_NAME, "fl\noo\033d"));
	ASSERT_EQ(0, job_init(&job, self->fd));
	for (int i = 0; i < 64; i++)
		write_to(&job, UNMAPPED + 4100 * i);
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_wait_long(&job));
	ASSERT_EQ(0, job_init(&hanging, self->fd));
	job_wait(&hanging, 8);
	ASSERT_EQ(0, job_submit(&hanging));
	ASSERT_EQ(0, job_wait_long(&hanging));
	snprintf(text, sizeof(text), " of fl?oo?d (pid %d) is lost", getpid());
	EXPECT_TRUE(logged(text));
}

/* Each word of a job goes there, and none of it stops anybody. */
TEST_F_TIMEOUT(msm, many_in_a_row, 60)
{
	const int count = 4096, per_job = 64;
	struct job job, other;

	if (!is_msmxx())
		SKIP(return, "upstream's 6.12 takes a minute for this");
	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, job_init(&other, self->fd));
	for (int i = 0; i < per_job; i++)
		write_to(&job, UNMAPPED + 4100 * i);
	job_write(&other, 1, 5);
	for (int i = 0; i < count / per_job; i++)
		ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_submit(&other));
	ASSERT_EQ(0, wait_fence(self->fd, 0, other.submit.fence, 50000));
	EXPECT_EQ(5, other.memory.map[1]);
}

TEST_HARNESS_MAIN
