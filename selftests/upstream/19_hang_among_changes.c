// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 19: the dump of a hang reads the hung job's buffers and address space while other threads close
 * the one and change the other.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "../debugfs.h"
#include "../expect_dump.h"
#include "../fixture.h"

#define BUFFERS 64

static atomic_bool over;

/* Buffers come, move and go; NULL if one does not come. */
static void *change(void *data)
{
	struct buffer buffers[BUFFERS];
	int fd = *(int *)data;
	uint64_t base;

	if (get_param(fd, MSM_PARAM_VA_START, &base))
		return NULL;
	for (unsigned int round = 0; !over; round++) {
		for (int i = 0; i < BUFFERS; i++) {
			if (make_buffer(fd, PAGE, MSM_BO_WC, &buffers[i]))
				return NULL;
		}
		for (int i = 0; i < BUFFERS; i++) {
			uint64_t none = 0, iova = base + (1ull << 32) + i * PAGE;

			munmap((void *)buffers[i].map, PAGE);
			if (round % 2) {
				gem_info(fd, buffers[i].handle, MSM_INFO_SET_IOVA, &none);
				gem_info(fd, buffers[i].handle, MSM_INFO_SET_IOVA, &iova);
			}
			gem_close(fd, buffers[i].handle);
		}
	}
	return data;
}

/* A job with many buffers for the dump, that hangs; they are closed meanwhile. 0 or -errno */
static int hang_with_buffers(int fd)
{
	struct drm_msm_gem_submit_bo bos[2 + BUFFERS];
	struct buffer more[BUFFERS];
	struct job job;
	int ret = job_init(&job, fd);

	memcpy(bos, job.bos, sizeof(job.bos));
	for (int i = 0; !ret && i < BUFFERS; i++) {
		ret = make_buffer(fd, PAGE, MSM_BO_WC, &more[i]);
		bos[2 + i] = (struct drm_msm_gem_submit_bo){MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_DUMP,
							    more[i].handle};
	}
	if (ret)
		return ret;
	job_wait(&job, 0);
	job.submit.bos = (uintptr_t)bos;
	job.submit.nr_bos = 2 + BUFFERS;
	ret = job_submit(&job);
	for (int i = 0; i < BUFFERS; i++) {
		munmap((void *)more[i].map, PAGE);
		gem_close(fd, more[i].handle);
	}
	ret = ret ?: job_wait_long(&job);
	job_free(&job);
	return ret;
}

TEST_F_TIMEOUT(msm, hangs_while_buffers_come_and_go, 120)
{
	pthread_t threads[2];
	struct job job;
	void *fine;

	hangcheck_period(100);
	/* Has the timer begin anew, which was set for a longer time; upstream has no such file. */
	debugfs_write(self->fd, "reset", "1");
	for (int i = 0; i < 2; i++)
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, change, &self->fd));
	dump_begin();
	for (int i = 0; i < 2; i++) {
		EXPECT_EQ(0, hang_with_buffers(self->fd));
		EXPECT_DUMP();
	}
	over = true;
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], &fine));
		EXPECT_EQ(&self->fd, fine);
	}
	hangcheck_period(250);

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0, job_wait_long(&job));
	EXPECT_EQ(1, job.memory.map[0]);
}

TEST_HARNESS_MAIN
