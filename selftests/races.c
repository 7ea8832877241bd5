// SPDX-License-Identifier: GPL-2.0-only
/*
 * Threads of one process get in each other's way on one file: buffers are closed while they are
 * submitted, shared and named, addresses change hands, queues come and go, fences are waited for
 * that are being retired. Each call either works or fails with an error that its race explains, and
 * a job of someone who minds his own business is not disturbed.
 *
 * Each thread has a role, a few calls that it repeats. Two roles at a time meet on one buffer and one
 * queue, on upstream's driver as well where that survives it; then all at once on several. What went
 * wrong inside is told by the debug kernels.
 */
#include "debugfs.h"
#include "fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#define SLOTS 6

/* How often each role has to have had its turn: alone with another, among all. */
#define PAIR_ROUNDS 12
#define ALL_ROUNDS  10

/** struct arena - what the threads quarrel about, and someone who does not */
struct arena {
	struct job bystander;
	int fd;
	int other_fd;
	unsigned int slots;
	atomic_bool stop;
	atomic_uint handles[SLOTS];
	atomic_uint queue;
};

/** struct fighter - one thread; @wrong: its first unexpected error, and @call which call that was */
struct fighter {
	struct arena *arena;
	int (*role)(struct fighter *fighter);
	struct job job;
	pthread_t thread;
	unsigned int seed;
	atomic_ulong rounds;
	const char *call;
	int wrong;
};

static unsigned int pick(struct fighter *fighter, unsigned int count)
{
	return rand_r(&fighter->seed) % count;
}

static uint32_t pick_handle(struct fighter *fighter)
{
	struct arena *arena = fighter->arena;

	return atomic_load(&arena->handles[pick(fighter, arena->slots)]);
}

/* Notes an error that is not in @expected, which ends with 0; success always is. Returns @ret. */
static int judge(struct fighter *fighter, const char *call, int ret, const int *expected)
{
	for (; *expected && ret != *expected; expected++)
		;
	if (ret && !*expected && !fighter->wrong) {
		fighter->call = call;
		fighter->wrong = ret;
	}
	return ret;
}

#define JUDGE(fighter, call, ...) \
	judge(fighter, #call, call, (const int[]){__VA_ARGS__ __VA_OPT__(, ) 0})

/*
 * Roles: each is one round.
 */

/* Runs a job of its own that takes some of the common buffers along. */
static int submitter(struct fighter *fighter)
{
	struct job *job = &fighter->job;
	struct drm_msm_gem_submit_bo bos[2 + 3];
	unsigned int more = fighter->arena->slots < 3 ? 1 : 3;

	memcpy(bos, job->bos, sizeof(job->bos));
	for (unsigned int i = 0; i < more; i++) {
		bos[2 + i] = (struct drm_msm_gem_submit_bo){
			.flags = pick(fighter, 2) ? MSM_SUBMIT_BO_READ : MSM_SUBMIT_BO_WRITE,
			.handle = pick_handle(fighter),
		};
	}
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = 2 + more;
	job->submit.queueid = atomic_load(&fighter->arena->queue) * pick(fighter, 2);
	/* Twice the same, a handle that is gone, a queue that is gone, a buffer not needed. */
	if (!JUDGE(fighter, job_submit(job), -EALREADY, -EINVAL, -ENOENT, -EBUSY) &&
	    !pick(fighter, 4))
		JUDGE(fighter, job_finish(job), -ENOENT);
	return 0;
}

/* Closes buffers under everyone's hands and puts new ones in their place. */
static int closer(struct fighter *fighter)
{
	static const uint32_t flags[] = {MSM_BO_WC, MSM_BO_CACHED, MSM_BO_WC | MSM_BO_NO_SHARE};
	struct arena *arena = fighter->arena;
	uint32_t handle;

	if (JUDGE(fighter, gem_new(arena->fd, PAGE * (1 + pick(fighter, 4)),
				   flags[pick(fighter, is_msmxx() ? 3 : 2)], &handle)))
		return 0;
	handle = atomic_exchange(&arena->handles[pick(fighter, arena->slots)], handle);
	JUDGE(fighter, gem_close(arena->fd, handle));
	return 0;
}

/* Gives and takes addresses. */
static int mover(struct fighter *fighter)
{
	int fd = fighter->arena->fd;
	uint32_t handle = pick_handle(fighter);
	uint64_t start = 0, iova = 0;

	switch (pick(fighter, 3)) {
	case 0:
		JUDGE(fighter, gem_info(fd, handle, MSM_INFO_GET_IOVA, &iova), -ENOENT);
		break;
	case 1:
		/* Elsewhere already, in use, or someone else's. */
		get_param(fd, MSM_PARAM_VA_START, &start);
		iova = start + (64 + pick(fighter, 64)) * PAGE;
		JUDGE(fighter, gem_info(fd, handle, MSM_INFO_SET_IOVA, &iova), -ENOENT, -EBUSY,
		      -ENOSPC);
		break;
	case 2:
		JUDGE(fighter, gem_info(fd, handle, MSM_INFO_SET_IOVA, &iova), -ENOENT, -EBUSY);
		break;
	}
	return 0;
}

/* Asks where a buffer is, and looks into it. */
static int looker(struct fighter *fighter)
{
	int fd = fighter->arena->fd;
	uint32_t handle = pick_handle(fighter);
	uint64_t offset = 0, iova = 0;
	void *map;

	JUDGE(fighter, gem_info(fd, handle, MSM_INFO_GET_IOVA, &iova), -ENOENT);
	if (JUDGE(fighter, gem_info(fd, handle, MSM_INFO_GET_OFFSET, &offset), -ENOENT))
		return 0;
	map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	/* Closed since: nothing is there, or what is there is not this file's. */
	if (JUDGE(fighter, map == MAP_FAILED ? -errno : 0, -EINVAL, -EACCES))
		return 0;
	/* Not for whoever says meanwhile that he does not need it: that is SIGBUS. */
	if (fighter->arena->slots == 1)
		*(volatile uint32_t *)map = 1;
	munmap(map, PAGE);
	return 0;
}

/* Waits for whoever uses a buffer. */
static int waiter(struct fighter *fighter)
{
	int fd = fighter->arena->fd;
	uint32_t handle = pick_handle(fighter);

	JUDGE(fighter, cpu_prep(fd, handle, MSM_PREP_WRITE, in_ms(30000)), -ENOENT);
	JUDGE(fighter, cpu_prep(fd, handle, MSM_PREP_READ | MSM_PREP_NOSYNC, in_ms(0)), -ENOENT,
	      -EBUSY);
	JUDGE(fighter, cpu_fini(fd, handle), -ENOENT);
	return 0;
}

static int adviser(struct fighter *fighter)
{
	struct drm_msm_gem_madvise advice = {pick_handle(fighter), MSM_MADV_DONTNEED};
	int fd = fighter->arena->fd;

	JUDGE(fighter, test_ioctl(fd, DRM_IOCTL_MSM_GEM_MADVISE, &advice), -ENOENT);
	advice.madv = MSM_MADV_WILLNEED;
	JUDGE(fighter, test_ioctl(fd, DRM_IOCTL_MSM_GEM_MADVISE, &advice), -ENOENT);
	return 0;
}

/* Replaces the common queue, and looks for fences that may be anywhere between now and retired. */
static int queuer(struct fighter *fighter)
{
	struct arena *arena = fighter->arena;
	uint32_t id, old, faults;

	if (JUDGE(fighter, queue_new(arena->fd, pick(fighter, 3), 0, &id)))
		return 0;
	old = atomic_exchange(&arena->queue, id);
	for (uint32_t fence = 0; fence < 8; fence++)
		JUDGE(fighter, wait_fence(arena->fd, old, fence, 0), -EINVAL, -ETIMEDOUT);
	JUDGE(fighter, queue_faults(arena->fd, old, &faults));
	JUDGE(fighter, queue_close(arena->fd, old));
	return 0;
}

/* Asks and waits on a queue that others replace. */
static int asker(struct fighter *fighter)
{
	struct arena *arena = fighter->arena;
	uint32_t faults;

	JUDGE(fighter, queue_faults(arena->fd, atomic_load(&arena->queue), &faults), -ENOENT);
	JUDGE(fighter, wait_fence(arena->fd, atomic_load(&arena->queue), pick(fighter, 4), 10),
	      -ENOENT, -EINVAL, -ETIMEDOUT);
	return 0;
}

/* Puts a buffer into another file and, if its handle here is gone by then, back into this one. */
static int sharer(struct fighter *fighter)
{
	struct arena *arena = fighter->arena;
	unsigned int slot = pick(fighter, arena->slots);
	uint32_t handle = atomic_load(&arena->handles[slot]), there, back;
	int dma_buf = prime_export(arena->fd, handle);
	uint64_t iova = 0;

	/* A private buffer is for nobody else. */
	if (dma_buf < 0) {
		JUDGE(fighter, dma_buf, -ENOENT, -EPERM);
		return 0;
	}
	if (!JUDGE(fighter, prime_import(arena->other_fd, dma_buf, &there))) {
		/* Both sharers have one handle there, which the first to be done closes. */
		JUDGE(fighter, gem_info(arena->other_fd, there, MSM_INFO_GET_IOVA, &iova), -ENOENT);
		JUDGE(fighter, gem_close(arena->other_fd, there), -EINVAL);
	}
	if (!JUDGE(fighter, prime_import(arena->fd, dma_buf, &back)) && back != handle) {
		back = atomic_exchange(&arena->handles[slot], back);
		/* The closer may have been here, or it is another's of the same name. */
		JUDGE(fighter, gem_close(arena->fd, back), -EINVAL);
	}
	close(dma_buf);
	return 0;
}

/* Whole names and whole metadata, of one or of the other. */
static int namer(struct fighter *fighter)
{
	static const char texts[2][32] = {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbb"};
	const char *text = texts[pick(fighter, 2)];
	uint32_t length = strlen(text), handle = pick_handle(fighter);
	int fd = fighter->arena->fd;

	for (unsigned int i = 0; i < 2; i++) {
		uint32_t set = i ? MSM_INFO_SET_METADATA : MSM_INFO_SET_NAME;
		struct drm_msm_gem_info request = {handle, set, (uintptr_t)text, length};
		char back[32] = {};

		JUDGE(fighter, test_ioctl(fd, DRM_IOCTL_MSM_GEM_INFO, &request), -ENOENT);
		request = (struct drm_msm_gem_info){handle, set + 1, (uintptr_t)back, 31};
		if (JUDGE(fighter, test_ioctl(fd, DRM_IOCTL_MSM_GEM_INFO, &request), -ENOENT))
			continue;
		/*
		 * A buffer that the closer has just made has none. Upstream copies names with no
		 * lock, so that one may begin as the other and end as this one.
		 */
		if (request.len && (is_msmxx() || i))
			JUDGE(fighter, strcmp(back, texts[back[0] == 'b']) ? -EILSEQ : 0);
	}
	JUDGE(fighter, set_param(fd, MSM_PARAM_COMM, (uintptr_t)text, length));
	JUDGE(fighter, set_param(fd, MSM_PARAM_CMDLINE, (uintptr_t)text, length));
	return 0;
}

/* Reads what debugfs and fdinfo tell of all that. */
static int reader(struct fighter *fighter)
{
	char path[64], text[1024], *list = debugfs_read(fighter->arena->fd, "gem");
	int file;

	JUDGE(fighter, list ? 0 : -ENODATA);
	free(list);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fighter->arena->fd);
	file = open(path, O_RDONLY | O_CLOEXEC);
	JUDGE(fighter, file < 0 ? -errno : 0);
	JUDGE(fighter, read(file, text, sizeof(text)) > 0 ? 0 : -ENODATA);
	close(file);
	return 0;
}

/* Asks the GPU for its time, and for its attention. */
static int profiler(struct fighter *fighter)
{
	int fd = fighter->arena->fd;
	uint64_t value;

	JUDGE(fighter, set_param(fd, MSM_PARAM_SYSPROF, pick(fighter, 3), 0));
	JUDGE(fighter, get_param(fd, MSM_PARAM_TIMESTAMP, &value));
	JUDGE(fighter, get_param(fd, MSM_PARAM_SUSPENDS, &value));
	return 0;
}

static void *fight(void *data)
{
	struct fighter *fighter = data;

	while (!fighter->wrong && !atomic_load(&fighter->arena->stop)) {
		fighter->role(fighter);
		atomic_fetch_add(&fighter->rounds, 1);
	}
	return NULL;
}

/* Whether all have had @rounds turns, or one went wrong. */
static bool is_over(struct fighter *fighters, unsigned int count, unsigned long rounds)
{
	bool over = true;

	for (unsigned int i = 0; i < count; i++) {
		if (fighters[i].wrong)
			return true;
		over &= atomic_load(&fighters[i].rounds) >= rounds;
	}
	return over;
}

static void open_arena(struct __test_metadata *_metadata, struct arena *arena, unsigned int slots)
{
	uint32_t id;

	arena->fd = open_client();
	arena->other_fd = open_client();
	arena->slots = slots;
	ASSERT_GE(arena->fd, 0);
	ASSERT_GE(arena->other_fd, 0);
	for (unsigned int i = 0; i < slots; i++) {
		ASSERT_EQ(0, gem_new(arena->fd, PAGE, MSM_BO_WC, &id));
		atomic_store(&arena->handles[i], id);
	}
	ASSERT_EQ(0, queue_new(arena->fd, 0, 0, &id));
	atomic_store(&arena->queue, id);
	ASSERT_EQ(0, job_init(&arena->bystander, arena->fd));
	job_write(&arena->bystander, 1, 5);
}

static void close_arena(struct arena *arena)
{
	set_param(arena->fd, MSM_PARAM_SYSPROF, 0, 0);
	close(arena->other_fd);
	close(arena->fd);
}

/* Lets @fighters loose, whose roles are set, until each has had @rounds turns. */
static void meet(struct __test_metadata *_metadata, struct arena *arena, struct fighter *fighters,
		 unsigned int count, unsigned long rounds)
{
	struct job *job = &arena->bystander;

	for (unsigned int i = 0; i < count; i++) {
		fighters[i].arena = arena;
		fighters[i].seed = i + 1;
		ASSERT_EQ(0, job_init(&fighters[i].job, arena->fd));
		job_write(&fighters[i].job, 1, 1);
	}
	for (unsigned int i = 0; i < count; i++) {
		ASSERT_EQ(0, pthread_create(&fighters[i].thread, NULL, fight, &fighters[i]));
	}
	do {
		job->memory.map[1] = 0;
		EXPECT_EQ(0, job_submit(job));
		EXPECT_EQ(0, job_finish(job));
		EXPECT_EQ(5, job->memory.map[1]);
	} while (!is_over(fighters, count, rounds));
	atomic_store(&arena->stop, true);
	for (unsigned int i = 0; i < count; i++) {
		ASSERT_EQ(0, pthread_join(fighters[i].thread, NULL));
		EXPECT_EQ(0, fighters[i].wrong) TH_LOG("thread %u: %s", i, fighters[i].call);
	}
}

/*
 * Two roles, one buffer, one queue.
 */

FIXTURE(pair)
{
	struct arena arena;
};

/* @upstream: why the kernel's own driver is spared it */
FIXTURE_VARIANT(pair)
{
	int (*roles[2])(struct fighter *fighter);
	const char *upstream;
};

#define PAIR(name, first, second, ...)                  \
	FIXTURE_VARIANT_ADD(pair, name)                 \
	{                                               \
		.roles = {first, second}, ##__VA_ARGS__ \
	}
#define WARNS .upstream = "upstream warns of an address that is not the first"

PAIR(submits_on_one_queue, submitter, submitter);
PAIR(submit_and_close, submitter, closer);
PAIR(submit_and_set_iova, submitter, mover, .upstream = "upstream takes addresses from jobs");
PAIR(submit_and_madvise, submitter, adviser);
PAIR(submit_and_cpu_prep, submitter, waiter);
PAIR(submit_and_queue_close, submitter, queuer);
PAIR(submit_and_prime, submitter, sharer);
PAIR(submit_and_names, submitter, namer);
PAIR(submit_and_sysprof, submitter, profiler);
PAIR(close_and_get_iova_and_mmap, closer, looker);
PAIR(close_and_set_iova, closer, mover, WARNS);
PAIR(close_and_cpu_prep, closer, waiter);
PAIR(close_and_madvise, closer, adviser);
PAIR(close_and_prime, closer, sharer);
PAIR(close_and_debugfs, closer, reader);
PAIR(set_iova_twice, mover, mover, WARNS);
PAIR(prime_twice, sharer, sharer);
PAIR(names_twice, namer, namer);
PAIR(names_and_debugfs, namer, reader);
PAIR(wait_fence_and_queue_close, asker, queuer);
PAIR(sysprof_twice, profiler, profiler,
     .upstream =
	     "upstream loses count: the GPU never sleeps again (upstream/xx_profilers_at_once)");

FIXTURE_SETUP(pair)
{
	if (!is_msmxx() && variant->upstream)
		SKIP(return, "%s", variant->upstream);
	open_arena(_metadata, &self->arena, 1);
}

FIXTURE_TEARDOWN(pair)
{
	close_arena(&self->arena);
}

TEST_F_TIMEOUT(pair, meets, 60)
{
	struct fighter fighters[] = {{.role = variant->roles[0]}, {.role = variant->roles[1]}};

	meet(_metadata, &self->arena, fighters, ARRAY_SIZE(fighters), PAIR_ROUNDS);
}

/*
 * All roles, several buffers.
 */

FIXTURE(all)
{
	struct arena arena;
};

FIXTURE_SETUP(all)
{
	if (!is_msmxx())
		SKIP(return, "upstream does not survive this");
	open_arena(_metadata, &self->arena, SLOTS);
}

FIXTURE_TEARDOWN(all)
{
	close_arena(&self->arena);
}

TEST_F_TIMEOUT(all, at_once, 120)
{
	static int (*const roles[])(struct fighter *) = {
		submitter, submitter, closer, mover, looker, waiter,  adviser,
		queuer,    asker,     sharer, namer, reader, profiler};
	struct fighter fighters[ARRAY_SIZE(roles)] = {};

	for (unsigned int i = 0; i < ARRAY_SIZE(roles); i++)
		fighters[i].role = roles[i];
	meet(_metadata, &self->arena, fighters, ARRAY_SIZE(fighters), ALL_ROUNDS);
}

TEST_HARNESS_MAIN
