// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many of everything: buffers in a file, buffers in a submit, syncobjs. Few enough for a debug
 * kernel in a small guest; with SIZES=full in the environment, as many as anyone should need.
 * `make bench` tells what each costs, at full size.
 */
#include "fixture.h"

#include <stdlib.h>

static uint32_t at_size(uint32_t small, uint32_t full)
{
	const char *sizes = getenv("SIZES");

	return sizes && !strcmp(sizes, "full") ? full : small;
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* None overlap, and all can go in any order. */
TEST_F_TIMEOUT(msm, buffers_in_a_file, 600)
{
	uint32_t count = at_size(1000, 100000);
	uint32_t *handles = calloc(count, sizeof(*handles));
	uint64_t *iovas = calloc(count, sizeof(*iovas));

	ASSERT_NE(NULL, handles);
	ASSERT_NE(NULL, iovas);
	for (uint32_t i = 0; i < count; i++) {
		ASSERT_EQ(0, gem_new(self->fd, PAGE * (1 + i % 3), MSM_BO_WC, &handles[i]));
		ASSERT_EQ(0, gem_info(self->fd, handles[i], MSM_INFO_GET_IOVA, &iovas[i]));
	}
	/* Each is asked for again: it stays where it is. */
	for (uint32_t i = 0; i < count; i += 7) {
		uint64_t iova = 0;

		ASSERT_EQ(0, gem_info(self->fd, handles[i], MSM_INFO_GET_IOVA, &iova));
		ASSERT_EQ(iovas[i], iova);
	}
	/* The end of each stands in its low bits. */
	for (uint32_t i = 0; i < count; i++)
		iovas[i] |= 1 + i % 3;
	qsort(iovas, count, sizeof(*iovas), compare);
	for (uint32_t i = 1; i < count; i++) {
		uint64_t before = iovas[i - 1] & ~(uint64_t)(PAGE - 1);

		ASSERT_GE(iovas[i], before + PAGE * (iovas[i - 1] & (PAGE - 1)));
	}
	for (uint32_t step = 0; step < 2; step++) {
		for (uint32_t i = step; i < count; i += 2) {
			ASSERT_EQ(0, gem_close(self->fd, handles[i]));
		}
	}
	free(iovas);
	free(handles);
}

/* The GPU writes into each of them, by one job. */
TEST_F_TIMEOUT(msm, buffers_in_a_submit, 120)
{
	const uint32_t count = 1000;
	struct drm_msm_gem_submit_bo *bos = calloc(2 + count, sizeof(*bos));
	volatile uint32_t **maps = calloc(count, sizeof(*maps));
	struct buffer code;
	struct job job;

	ASSERT_NE(NULL, bos);
	ASSERT_NE(NULL, maps);
	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0,
		  make_buffer(self->fd, (count * 16 + PAGE - 1) & ~(PAGE - 1), MSM_BO_WC, &code));
	job.code = code;
	job.bos[0].handle = code.handle;
	memcpy(bos, job.bos, sizeof(job.bos));
	for (uint32_t i = 0; i < count; i++) {
		struct buffer buffer;

		ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
		maps[i] = buffer.map;
		bos[2 + i] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_WRITE, buffer.handle};
		job_packet(&job, CP_MEM_WRITE, 3);
		job_address(&job, buffer.iova + 4 * (i % 1024));
		job_word(&job, 0x10000 + i);
	}
	job.submit.bos = (uintptr_t)bos;
	job.submit.nr_bos = 2 + count;
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0, job_finish(&job));
	for (uint32_t i = 0; i < count; i++) {
		EXPECT_EQ(0x10000 + i, maps[i][i % 1024]);
	}
	free(maps);
	free(bos);
}

/* All get a job's fence, and a job waits for all of them. */
TEST_F_TIMEOUT(msm, syncobjs_of_a_submit, 60)
{
	uint32_t count = at_size(500, 10000);
	struct drm_msm_syncobj *syncobjs = calloc(count, sizeof(*syncobjs));
	uint32_t *handles = calloc(count, sizeof(*handles));
	struct drm_syncobj_wait wait = {
		.handles = (uintptr_t)handles,
		.count_handles = count,
		.timeout_nsec = INT64_MAX,
		.flags = DRM_SYNCOBJ_WAIT_FLAGS_WAIT_ALL,
	};
	struct job job;

	ASSERT_NE(NULL, syncobjs);
	ASSERT_NE(NULL, handles);
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	for (uint32_t i = 0; i < count; i++) {
		ASSERT_EQ(0, syncobj_new(self->fd, false, &handles[i]));
		syncobjs[i].handle = handles[i];
	}
	job.submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_OUT;
	job.submit.out_syncobjs = (uintptr_t)syncobjs;
	job.submit.nr_out_syncobjs = count;
	ASSERT_EQ(0, job_submit(&job));

	job.submit.flags = MSM_PIPE_3D0 | MSM_SUBMIT_SYNCOBJ_IN;
	job.submit.in_syncobjs = (uintptr_t)syncobjs;
	job.submit.nr_in_syncobjs = count;
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(1, job.memory.map[0]);
	EXPECT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_SYNCOBJ_WAIT, &wait));
	free(handles);
	free(syncobjs);
}

TEST_HARNESS_MAIN
