// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of one process get in each other's way on one file: buffers are closed while they are
 * submitted, addresses change hands, queues come and go, fences are waited for that are being
 * retired. Each call either works or fails with an error that its race explains, and a job of
 * someone who minds his own business is not disturbed.
 *
 * What went wrong inside is told by the debug kernels.
 */
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SLOTS   6
#define SECONDS 4

/** struct arena - what the threads quarrel about; @wrong: the first unexpected error of each */
struct arena {
	int fd;
	atomic_bool stop;
	atomic_uint handles[SLOTS];
	atomic_uint queue;
};

/** struct fighter - one thread */
struct fighter {
	struct arena *arena;
	pthread_t thread;
	unsigned int seed;
	unsigned long rounds;
	int wrong;
};

static unsigned int pick(struct fighter *fighter, unsigned int count)
{
	return rand_r(&fighter->seed) % count;
}

/* Notes an error that is not in @expected, which ends with 0; success always is. */
static void judge(struct fighter *fighter, int ret, const int *expected)
{
	if (!ret)
		return;
	for (; *expected; expected++) {
		if (ret == *expected)
			return;
	}
	if (!fighter->wrong)
		fighter->wrong = ret;
}

#define JUDGE(fighter, ret, ...) judge(fighter, ret, (const int[]){__VA_ARGS__, 0})

/* Runs a job of its own that takes some of the common buffers along. */
static void submit(struct fighter *fighter, struct job *job)
{
	struct drm_msm_gem_submit_bo bos[2 + 3];
	int ret;

	memcpy(bos, job->bos, sizeof(job->bos));
	for (int i = 0; i < 3; i++) {
		bos[2 + i] = (struct drm_msm_gem_submit_bo){
			.flags = pick(fighter, 2) ? MSM_SUBMIT_BO_READ : MSM_SUBMIT_BO_WRITE,
			.handle = atomic_load(&fighter->arena->handles[pick(fighter, SLOTS)]),
		};
	}
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = ARRAY_SIZE(bos);
	job->submit.queueid = atomic_load(&fighter->arena->queue) * pick(fighter, 2);
	ret = job_submit(job);
	/* Twice the same, a handle that is gone, a queue that is gone. */
	JUDGE(fighter, ret, -EALREADY, -EINVAL, -ENOENT);
	if (!ret && !pick(fighter, 4)) {
		ret = job_finish(job);
		JUDGE(fighter, ret, -ENOENT);
	}
}

static void *submitter(void *data)
{
	struct fighter *fighter = data;
	struct job job;

	fighter->wrong = job_init(&job, fighter->arena->fd);
	job_write(&job, 1, 1);
	while (!fighter->wrong && !atomic_load(&fighter->arena->stop)) {
		submit(fighter, &job);
		fighter->rounds++;
	}
	return NULL;
}

/* Closes buffers under everyone's hands and puts new ones in their place. */
static void *closer(void *data)
{
	static const uint32_t flags[] = {MSM_BO_WC, MSM_BO_CACHED, MSM_BO_WC | MSM_BO_NO_SHARE};
	struct fighter *fighter = data;

	while (!fighter->wrong && !atomic_load(&fighter->arena->stop)) {
		atomic_uint *slot = &fighter->arena->handles[pick(fighter, SLOTS)];
		uint32_t handle;
		int ret = gem_new(fighter->arena->fd, PAGE * (1 + pick(fighter, 4)),
				  flags[pick(fighter, 3)], &handle);

		JUDGE(fighter, ret, 0);
		handle = atomic_exchange(slot, handle);
		JUDGE(fighter, gem_close(fighter->arena->fd, handle), 0);
		fighter->rounds++;
	}
	return NULL;
}

/* Gives and takes addresses, and waits for whoever uses a buffer. */
static void *mover(void *data)
{
	struct fighter *fighter = data;
	int fd = fighter->arena->fd;
	uint64_t start = 0, iova = 0;

	get_param(fd, MSM_PARAM_VA_START, &start);
	while (!fighter->wrong && !atomic_load(&fighter->arena->stop)) {
		uint32_t handle = atomic_load(&fighter->arena->handles[pick(fighter, SLOTS)]);

		switch (pick(fighter, 4)) {
		case 0:
			JUDGE(fighter, gem_info(fd, handle, MSM_INFO_GET_IOVA, &iova), -ENOENT);
			break;
		case 1:
			/* Elsewhere already, in use, or someone else's. */
			iova = start + (64 + pick(fighter, 64)) * PAGE;
			JUDGE(fighter, gem_info(fd, handle, MSM_INFO_SET_IOVA, &iova), -ENOENT,
			      -EBUSY, -ENOSPC);
			break;
		case 2:
			iova = 0;
			JUDGE(fighter, gem_info(fd, handle, MSM_INFO_SET_IOVA, &iova), -ENOENT,
			      -EBUSY);
			break;
		case 3:
			JUDGE(fighter, cpu_prep(fd, handle, MSM_PREP_WRITE, in_ms(2000)), -ENOENT);
			break;
		}
		fighter->rounds++;
	}
	return NULL;
}

/* Replaces the common queue, and looks for fences that may be anywhere between now and retired. */
static void *queuer(void *data)
{
	struct fighter *fighter = data;
	int fd = fighter->arena->fd;

	while (!fighter->wrong && !atomic_load(&fighter->arena->stop)) {
		uint32_t id, old;

		JUDGE(fighter, queue_new(fd, pick(fighter, 3), 0, &id), 0);
		old = atomic_exchange(&fighter->arena->queue, id);
		for (uint32_t fence = 0; fence < 8; fence++)
			JUDGE(fighter, wait_fence(fd, old, fence, 0), -EINVAL, -ETIMEDOUT);
		JUDGE(fighter, queue_close(fd, old), 0);
		fighter->rounds++;
	}
	return NULL;
}

TEST_F_TIMEOUT(msm, everyone_at_once, 120)
{
	static void *(*const roles[])(void *) = {submitter, submitter, closer, mover, queuer};
	struct fighter fighters[ARRAY_SIZE(roles)] = {};
	struct arena arena = {.fd = self->fd};
	struct job job;
	uint32_t id;

	if (!is_msmxx())
		SKIP(return, "upstream does not survive this");
	for (int i = 0; i < SLOTS; i++) {
		ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &id));
		atomic_store(&arena.handles[i], id);
	}
	ASSERT_EQ(0, queue_new(self->fd, 0, 0, &id));
	atomic_store(&arena.queue, id);
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 5);

	for (unsigned int i = 0; i < ARRAY_SIZE(roles); i++) {
		fighters[i] = (struct fighter){.arena = &arena, .seed = i + 1};
		ASSERT_EQ(0, pthread_create(&fighters[i].thread, NULL, roles[i], &fighters[i]));
	}
	for (long end = now_ms() + SECONDS * 1000; now_ms() < end;) {
		job.memory.map[1] = 0;
		EXPECT_EQ(0, job_submit(&job));
		EXPECT_EQ(0, job_finish(&job));
		EXPECT_EQ(5, job.memory.map[1]);
	}
	atomic_store(&arena.stop, true);
	for (unsigned int i = 0; i < ARRAY_SIZE(roles); i++) {
		ASSERT_EQ(0, pthread_join(fighters[i].thread, NULL));
		EXPECT_EQ(0, fighters[i].wrong) TH_LOG("thread %u", i);
		EXPECT_GT(fighters[i].rounds, 10) TH_LOG("thread %u", i);
	}
}

TEST_HARNESS_MAIN
