// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random and spoilt ioctls from several threads, by seed.
 *
 *   uapifuzz [--seed N] [--calls N] [--threads N] [--harm N]
 *
 * Whether the kernel minds is for its log to tell. What this program can see itself, it does: an
 * error number that user space is not to see, a job of someone who minds his own business that goes
 * wrong, a kind of call that never succeeds, and so is not tested at all.
 *
 * With --harm, one in N submits hangs the GPU or faults; the bystander must not notice.
 *
 * Only ioctls of the GPU's nodes, of what they hand out, and of sw_sync are made; the machine has
 * nothing to fear.
 */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "caller.h"
#include "selftests/msm_job.h"

enum { MAX_CALLS_KINDS = 64, MAX_THREADS = 64 };

/* From which number of calls on each kind must have succeeded once. */
static const unsigned long enough_calls = 20000;

/* The kernel's own number, which drm/msm gives to user space when a buffer is too short. */
static const int kernel_etoosmall = 525;

/* A call that takes longer is interrupted by a signal. */
static const long watchdog_ns = 10000000;

/* One that does not return in spite of signals until the watchdog has looked so often (a minute, if
 * it gets a processor whenever it wants one) hangs. */
static const unsigned long hang_looks = 6000;

/** struct sight - how many looks of the watchdog a thread has been at a call for, and how many until
 * it is interrupted; twice as many each time, lest what goes on after a signal never gets anywhere */
struct sight {
	unsigned long calls, looks, patience;
};

/** struct kinds - all kinds of calls, in one table */
static struct {
	const struct call *calls[MAX_CALLS_KINDS];
	unsigned int count, weights;
} kinds;

/** struct counts - how often each kind ended how (index 0 counts successes), and how long it took */
struct counts {
	unsigned long ends[MAX_CALLS_KINDS][MAX_ERRNO + 1];
	double seconds[MAX_CALLS_KINDS];
};

/** struct worker - a thread that makes calls */
struct worker {
	struct caller caller;
	pthread_t thread;
	uint64_t seed, number;
	unsigned long todo;
	struct counts counts;
	/* The kind of call that it is at. */
	atomic_uint kind;
	/* The first error that user space should not have seen. */
	const char *strange_call;
	int strange;
};

static struct worker workers[MAX_THREADS];
static atomic_bool done;

static void add_kinds(const struct call *calls)
{
	for (; calls->name; calls++) {
		kinds.calls[kinds.count++] = calls;
		kinds.weights += calls->weight;
	}
}

static unsigned int pick_kind(struct random *random)
{
	unsigned int at = below(random, kinds.weights), kind = 0;

	while (at >= kinds.calls[kind]->weight)
		at -= kinds.calls[kind++]->weight;
	return kind;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static void make_call(struct worker *worker, unsigned long number)
{
	struct caller *caller = &worker->caller;
	unsigned int kind;
	double start;
	int ret;

	caller->random = random_for(worker->seed, worker->number, number);
	caller->file = &RANDOM_OF(&caller->random, caller->world->files);
	caller->fd = atomic_load(&caller->file->fd);
	user_memory_reset(&caller->memory);
	kind = pick_kind(&caller->random);
	atomic_store(&worker->kind, kind);
	start = seconds();
	ret = kinds.calls[kind]->make(caller);
	worker->counts.seconds[kind] += seconds() - start;
	if (-ret > MAX_ERRNO) {
		/* Only this one is part of the ABI, of GEM_INFO's. */
		if (ret != -kernel_etoosmall && !worker->strange) {
			worker->strange = ret;
			worker->strange_call = kinds.calls[kind]->name;
		}
		ret = -MAX_ERRNO;
	}
	worker->counts.ends[kind][ret < 0 ? -ret : 0]++;
}

/* Where all tasks that wait uninterruptibly do so, to the kernel's log. */
static void print_blocked_tasks(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY);

	if (fd < 0 || write(fd, "w", 1) != 1)
		printf("(the kernel cannot be asked where)\n");
}

static void *work(void *data)
{
	struct worker *worker = data;

	for (unsigned long i = 0; i < worker->todo; i++) {
		make_call(worker, i);
		atomic_fetch_add(&worker->caller.calls, 1);
	}
	return NULL;
}

/* Interrupts a thread that is at the call at which it was found before; one that does not come back
 * in spite of it hangs, and the kernel's log is to tell where. */
static bool look_after(struct worker *worker, struct sight *before)
{
	unsigned long now = atomic_load(&worker->caller.calls);

	if (now != before->calls || now == worker->todo) {
		*before = (struct sight){.calls = now, .patience = 1};
		return true;
	}
	if (++before->looks > before->patience) {
		before->patience *= 2;
		pthread_kill(worker->thread, SIGUSR1);
	}
	return before->looks < hang_looks;
}

static void *watch(void *data)
{
	unsigned int threads = *(unsigned int *)data;
	struct sight before[MAX_THREADS];

	for (unsigned int i = 0; i < threads; i++)
		before[i] = (struct sight){.patience = 1};
	while (!atomic_load(&done)) {
		nanosleep(&(struct timespec){.tv_nsec = watchdog_ns}, NULL);
		for (unsigned int i = 0; i < threads; i++) {
			if (look_after(&workers[i], &before[i]))
				continue;
			printf("call %lu of thread %u does not return: %s\n", before[i].calls, i,
			       kinds.calls[atomic_load(&workers[i].kind)]->name);
			fflush(stdout);
			print_blocked_tasks();
			_exit(1);
		}
	}
	return NULL;
}

/** struct bystander - someone with a file of his own whose jobs must all be done, and right */
struct bystander {
	pthread_t thread;
	unsigned int jobs;
	int error;
	const char *what;
};

static int fail(struct bystander *bystander, const char *what, int error)
{
	bystander->what = what;
	bystander->error = error;
	return error;
}

static int stand_by(struct bystander *bystander, struct job *job)
{
	uint32_t value = ++bystander->jobs;
	int ret;

	job->words = 0;
	job_write(job, 0, value);
	ret = job_submit(job);
	if (ret)
		return fail(bystander, "submit", ret);
	ret = wait_fence(job->fd, 0, job->submit.fence, 20000);
	if (ret)
		return fail(bystander, "wait", ret);
	if (job->memory.map[0] != value)
		return fail(bystander, "what was written", -EIO);
	return 0;
}

static void *be_a_bystander(void *data)
{
	struct bystander *bystander = data;
	struct job job;
	int fd = open_msm(), ret;
	uint64_t faults = 0;

	ret = fd < 0 ? fd : get_param(fd, MSM_PARAM_FAULTS, &faults);
	if (!ret)
		ret = job_init(&job, fd);
	if (ret) {
		fail(bystander, "start", ret);
		return NULL;
	}
	while (!ret && !atomic_load(&done)) {
		ret = stand_by(bystander, &job);
		nanosleep(&(struct timespec){.tv_nsec = watchdog_ns}, NULL);
	}
	if (!ret && get_param(fd, MSM_PARAM_FAULTS, &faults) == 0 && faults)
		fail(bystander, "faults", -EIO);
	close(fd);
	return NULL;
}

static unsigned long sum(unsigned int threads, unsigned int kind, int error)
{
	unsigned long total = 0;

	for (unsigned int i = 0; i < threads; i++)
		total += workers[i].counts.ends[kind][error];
	return total;
}

/* A line for each kind: how many, how many of them succeeded, and how the others ended. Returns
 * how many succeeded. */
static unsigned long print_kind(unsigned int threads, unsigned int kind)
{
	unsigned long succeeded = sum(threads, kind, 0), all = succeeded;
	double time = 0;
	char errors[256] = "";
	size_t used = 0;

	for (int error = 1; error <= MAX_ERRNO; error++) {
		unsigned long times = sum(threads, kind, error);

		all += times;
		if (times && used < sizeof(errors))
			used += snprintf(errors + used, sizeof(errors) - used, " %s %lu",
					 strerrorname_np(error), times);
	}
	for (unsigned int i = 0; i < threads; i++)
		time += workers[i].counts.seconds[kind];
	printf("# %-30s %7lu %7lu %7.0f %s\n", kinds.calls[kind]->name, all, succeeded,
	       all ? 1e6 * time / all : 0, errors);
	return succeeded;
}

static bool report(unsigned int threads, unsigned long calls, const struct bystander *bystander)
{
	bool good = true;

	printf("# %-30s %7s %7s %7s\n", "call", "made", "well", "us each");
	for (unsigned int kind = 0; kind < kinds.count; kind++) {
		if (print_kind(threads, kind) || !kinds.calls[kind]->succeeds)
			continue;
		if (calls >= enough_calls) {
			printf("%s never succeeded\n", kinds.calls[kind]->name);
			good = false;
		}
	}
	for (unsigned int i = 0; i < threads; i++) {
		if (workers[i].strange) {
			printf("%s failed with %d\n", workers[i].strange_call, workers[i].strange);
			good = false;
		}
	}
	if (bystander->error) {
		printf("a bystander's job %u went wrong: %s: %d\n", bystander->jobs,
		       bystander->what, bystander->error);
		good = false;
	}
	return good;
}

static bool parse(int argc, char **argv, uint64_t *seed, unsigned long *calls,
		  unsigned int *threads, unsigned int *harm)
{
	for (int i = 1; i < argc; i += 2) {
		char *end;
		unsigned long value;

		if (i + 1 == argc)
			return false;
		value = strtoul(argv[i + 1], &end, 0);
		if (*end || end == argv[i + 1])
			return false;
		if (!strcmp(argv[i], "--seed"))
			*seed = value;
		else if (!strcmp(argv[i], "--calls"))
			*calls = value;
		else if (!strcmp(argv[i], "--threads") && value && value <= MAX_THREADS)
			*threads = value;
		else if (!strcmp(argv[i], "--harm"))
			*harm = value;
		else
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	unsigned long calls = 10000;
	unsigned int threads = 8, harm = 0;
	uint64_t seed = time(NULL);
	struct bystander bystander = {};
	struct world world;
	pthread_t watchdog;
	double start;
	bool good;
	int ret;

	if (!parse(argc, argv, &seed, &calls, &threads, &harm)) {
		fprintf(stderr,
			"usage: uapifuzz [--seed N] [--calls N] [--threads 1…%d] [--harm N]\n",
			MAX_THREADS);
		return 2;
	}
	printf("uapifuzz --seed %llu --calls %lu --threads %u --harm %u\n",
	       (unsigned long long)seed, calls, threads, harm);
	fflush(stdout);
	add_kinds(gem_calls);
	add_kinds(submit_calls);
	add_kinds(queue_calls);
	add_kinds(sync_calls);
	add_kinds(share_calls);
	add_kinds(file_calls);

	catch_signals();
	ret = world_create(&world, harm);
	if (ret) {
		fprintf(stderr, "uapifuzz: no device to fuzz: %s\n", strerror(-ret));
		return 1;
	}

	start = seconds();
	for (unsigned int i = 0; i < threads; i++) {
		struct worker *worker = &workers[i];

		worker->caller.world = &world;
		worker->seed = seed;
		worker->number = i;
		worker->todo = calls / threads + (i < calls % threads);
		if (!user_memory_create(&worker->caller.memory)) {
			fprintf(stderr, "uapifuzz: no memory\n");
			return 1;
		}
	}
	for (unsigned int i = 0; i < threads; i++)
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	pthread_create(&watchdog, NULL, watch, &threads);
	pthread_create(&bystander.thread, NULL, be_a_bystander, &bystander);
	for (unsigned int i = 0; i < threads; i++)
		pthread_join(workers[i].thread, NULL);
	atomic_store(&done, true);
	pthread_join(watchdog, NULL);
	/* What blocks is blocked no longer. */
	world_destroy(&world);
	pthread_join(bystander.thread, NULL);

	good = report(threads, calls, &bystander);
	printf("%lu calls in %.1f s, beside %u jobs of a bystander: %s\n", calls, seconds() - start,
	       bystander.jobs, good ? "good" : "BAD");
	return good ? 0 : 1;
}
