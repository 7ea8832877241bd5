// SPDX-License-Identifier: GPL-2.0-only
/*
 * Not in the list: SYSPROF of one file from two threads at once. Both see the same old value, and
 * give back between them one of the two references that they took: the GPU never sleeps again.
 */
#include <pthread.h>
#include <stdatomic.h>

#include "../fixture.h"

#define ROUNDS 3000

struct pair {
	int fd;
	atomic_uint arrived;
	atomic_int error;
};

/* Two threads leave the @nth meeting together; spinning, so that it is at the same moment. */
static void meet(struct pair *pair, unsigned int nth)
{
	atomic_fetch_add(&pair->arrived, 1);
	while (atomic_load(&pair->arrived) < 2 * nth)
		;
}

static void profile(struct pair *pair, uint64_t level)
{
	int ret = set_param(pair->fd, MSM_PARAM_SYSPROF, level, 0);

	if (ret)
		atomic_store(&pair->error, ret);
}

/* Both ask for the GPU to stay on in the same moment. */
static void *profiler(void *data)
{
	struct pair *pair = data;

	for (unsigned int i = 0; i < ROUNDS; i++) {
		meet(pair, 2 * i + 1);
		profile(pair, 2);
		meet(pair, 2 * i + 2);
		profile(pair, 0);
	}
	return NULL;
}

TEST_F_TIMEOUT(msm, two_profilers_at_once, 60)
{
	struct pair pair = {.fd = open_msm()};
	pthread_t threads[2];
	uint64_t before, now;

	ASSERT_GE(pair.fd, 0);
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_create(&threads[i], NULL, profiler, &pair));
	}
	for (int i = 0; i < 2; i++) {
		ASSERT_EQ(0, pthread_join(threads[i], NULL));
	}
	EXPECT_EQ(0, atomic_load(&pair.error));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &before));
	/* Awake once more, if it sleeps by now. */
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_TIMESTAMP, &now));
	EXPECT_EQ(0, close(pair.fd));
	EXPECT_TRUE(sleeps_again(self->fd, before));
}

TEST_HARNESS_MAIN
