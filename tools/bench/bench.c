// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the ioctls cost, in instructions, on a machine whose clock counts them (tools/vm/run
 * --icount: one a nanosecond); elsewhere the numbers are nanoseconds.
 *
 *   bench [--allocations] [--bos N] [--syncobjs N]
 *
 * Each line is `bench NAME VALUE`, or `alloc… TIMES WHO`, which --allocations leaves it at. What is measured is the ioctl until it returns. The GPU is waited
 * for in between, and everything is checked: numbers of something that does not work are worth
 * nothing.
 */
#include <stdlib.h>

#include "selftests/alloc_trace.h"
#include "selftests/msm_job.h"

/* Each thing is done some times first, and then this often. */
enum { WARM_UP = 20, ROUNDS = 50, FEW_ROUNDS = 9 };

static void die(const char *what, long error)
{
	fprintf(stderr, "bench: %s: %ld\n", what, error);
	exit(1);
}

static void check(int ret, const char *what)
{
	if (ret)
		die(what, ret);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static void print(const char *name, uint64_t value)
{
	printf("bench %s %llu\n", name, (unsigned long long)value);
	fflush(stdout);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		die("no memory", 0);
	return memory;
}

/* What was done before has had its time, also in workers. */
static void settle(void)
{
	usleep(300000);
}

static int compare(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

/* The middle of the rounds: a timer's interrupt falls into a few. */
static uint64_t median(uint64_t *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

/* A buffer of a page each, all in one file. */
static void many_buffers(uint32_t count)
{
	uint32_t *handles = allocate(count, sizeof(*handles));
	uint64_t *iovas = allocate(count, sizeof(*iovas));
	uint64_t start, chip;
	int fd = open_msm();

	check(fd < 0 ? fd : get_param(fd, MSM_PARAM_CHIP_ID, &chip), "open");
	settle();
	start = now();
	for (uint32_t i = 0; i < count; i++)
		check(gem_new(fd, PAGE, MSM_BO_WC, &handles[i]), "GEM_NEW");
	print("buffer_new", (now() - start) / count);

	settle();
	start = now();
	for (uint32_t i = 0; i < count; i++)
		check(gem_info(fd, handles[i], MSM_INFO_GET_IOVA, &iovas[i]), "GET_IOVA");
	print("buffer_iova", (now() - start) / count);

	qsort(iovas, count, sizeof(*iovas), compare);
	for (uint32_t i = 1; i < count; i++) {
		if (iovas[i] - iovas[i - 1] < PAGE)
			die("two buffers at one address", i);
	}

	settle();
	start = now();
	for (uint32_t i = 0; i < count; i++)
		check(gem_close(fd, handles[i]), "GEM_CLOSE");
	print("buffer_close", (now() - start) / count);
	close(fd);
	free(iovas);
	free(handles);
}

/* Lets @job, which writes a new value, use @count buffers more; returns the middle cost. */
static uint64_t submit_cost(struct job *job, const uint32_t *handles, uint32_t count)
{
	struct drm_msm_gem_submit_bo *bos = allocate(2 + count, sizeof(*bos));
	uint64_t costs[ROUNDS];

	memcpy(bos, job->bos, sizeof(job->bos));
	for (uint32_t i = 0; i < count; i++)
		bos[2 + i] = (struct drm_msm_gem_submit_bo){
			.flags = MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE, .handle = handles[i]};
	job->submit.bos = (uintptr_t)bos;
	job->submit.nr_bos = 2 + count;
	for (int round = -WARM_UP; round < ROUNDS; round++) {
		uint64_t start;

		job->words = 0;
		job_write(job, 0, 1000 + round);
		start = now();
		check(job_submit(job), "GEM_SUBMIT");
		if (round >= 0)
			costs[round] = now() - start;
		check(job_finish(job), "WAIT_FENCE");
		if (job->memory.map[0] != 1000u + round)
			die("the job has not written", round);
	}
	free(bos);
	return median(costs, ROUNDS);
}

static void large_submits(struct job *job)
{
	static const uint32_t counts[] = {0, 10, 100, 1000};
	uint32_t handles[1000];
	uint64_t first = 0, last = 0;

	for (uint32_t i = 0; i < 1000; i++)
		check(gem_new(job->fd, PAGE, MSM_BO_WC, &handles[i]), "GEM_NEW");
	for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		char name[32];

		last = submit_cost(job, handles, counts[i]);
		if (!i)
			first = last;
		snprintf(name, sizeof(name), "submit_%u", 2 + counts[i]);
		print(name, last);
	}
	print("submit_per_buffer", (last - first) / 1000);
	for (uint32_t i = 0; i < 1000; i++)
		gem_close(job->fd, handles[i]);
	job->submit.bos = (uintptr_t)job->bos;
	job->submit.nr_bos = 2;
}

static void make_syncobjs(int fd, struct drm_msm_syncobj *syncobjs, uint32_t count)
{
	uint64_t start;

	settle();
	start = now();
	for (uint32_t i = 0; i < count; i++) {
		struct drm_syncobj_create create = {};

		check(test_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &create), "SYNCOBJ_CREATE");
		syncobjs[i].handle = create.handle;
	}
	print("syncobj_create", (now() - start) / count);
}

static uint64_t submit_flags_cost(struct job *job, uint32_t flags)
{
	uint64_t start, cost;

	job->submit.flags = MSM_PIPE_3D0 | flags;
	settle();
	start = now();
	check(job_submit(job), "GEM_SUBMIT with syncobjs");
	cost = now() - start;
	check(job_finish(job), "WAIT_FENCE");
	job->submit.flags = MSM_PIPE_3D0;
	return cost;
}

/* Each of them gets the job's fence, and the next job waits for all of them. */
static void many_syncobjs(struct job *job, uint32_t count)
{
	struct drm_msm_syncobj *syncobjs = allocate(count, sizeof(*syncobjs));
	uint64_t out[FEW_ROUNDS], in[FEW_ROUNDS], none[FEW_ROUNDS], without;

	make_syncobjs(job->fd, syncobjs, count);
	job->submit.out_syncobjs = job->submit.in_syncobjs = (uintptr_t)syncobjs;
	job->submit.nr_out_syncobjs = job->submit.nr_in_syncobjs = count;
	for (int round = 0; round < FEW_ROUNDS; round++) {
		out[round] = submit_flags_cost(job, MSM_SUBMIT_SYNCOBJ_OUT);
		in[round] = submit_flags_cost(job, MSM_SUBMIT_SYNCOBJ_IN);
		none[round] = submit_flags_cost(job, 0);
	}
	without = median(none, FEW_ROUNDS);
	print("submit_per_syncobj_out", (median(out, FEW_ROUNDS) - without) / count);
	print("submit_per_syncobj_in", (median(in, FEW_ROUNDS) - without) / count);

	for (uint32_t i = 0; i < count; i++) {
		struct drm_syncobj_destroy destroy = {.handle = syncobjs[i].handle};

		check(test_ioctl(job->fd, DRM_IOCTL_SYNCOBJ_DESTROY, &destroy), "SYNCOBJ_DESTROY");
	}
	free(syncobjs);
}

/* Allocations of a submit, by the function that asks: those of ROUNDS submits. */
static void count_allocations(struct job *job, uint32_t extra_flags, const char *prefix)
{
	struct drm_msm_syncobj *syncobj = (void *)(uintptr_t)job->submit.out_syncobjs;
	int fence_in = job->submit.fence_fd;
	static struct alloc_trace trace;
	int ret;

	for (int round = -WARM_UP; round < ROUNDS; round++) {
		if (!round) {
			ret = alloc_trace_start();
			if (ret) {
				printf("# no allocations: tracing does not start: %d\n", ret);
				return;
			}
		}
		job->submit.flags = MSM_PIPE_3D0 | extra_flags;
		if (syncobj && syncobj->point)
			syncobj->point++;
		check(job_submit(job), "GEM_SUBMIT");
		if (round == -1)
			check(job_finish(job), "WAIT_FENCE");
		if (extra_flags & MSM_SUBMIT_FENCE_FD_OUT)
			close(job->submit.fence_fd);
		job->submit.fence_fd = fence_in;
	}
	check(alloc_trace_stop(&trace), "reading the trace");
	check(job_finish(job), "WAIT_FENCE");
	for (unsigned int i = 0; i < trace.count; i++)
		printf("%s %.2f %s\n", prefix, (double)trace.sites[i].count / ROUNDS,
		       trace.sites[i].name);
	fflush(stdout);
	job->submit.flags = MSM_PIPE_3D0;
}

static void allocations(struct job *job)
{
	struct drm_syncobj_create create = {.flags = DRM_SYNCOBJ_CREATE_SIGNALED};
	struct drm_msm_syncobj syncobj = {};

	count_allocations(job, 0, "alloc");
	count_allocations(job, MSM_SUBMIT_FENCE_FD_OUT, "alloc_fd_out");

	job->submit.flags |= MSM_SUBMIT_FENCE_FD_OUT;
	check(job_submit(job), "GEM_SUBMIT with a fence fd");
	count_allocations(job, MSM_SUBMIT_FENCE_FD_IN, "alloc_fd_in");
	close(job->submit.fence_fd);
	job->submit.fence_fd = -1;

	check(test_ioctl(job->fd, DRM_IOCTL_SYNCOBJ_CREATE, &create), "SYNCOBJ_CREATE");
	syncobj.handle = create.handle;
	job->submit.out_syncobjs = job->submit.in_syncobjs = (uintptr_t)&syncobj;
	job->submit.nr_in_syncobjs = 1;
	count_allocations(job, MSM_SUBMIT_SYNCOBJ_IN, "alloc_syncobj_in");
	job->submit.nr_in_syncobjs = 0;
	job->submit.nr_out_syncobjs = 1;
	count_allocations(job, MSM_SUBMIT_SYNCOBJ_OUT, "alloc_syncobj_out");
	if (has_timelines(job->fd)) {
		syncobj.point = 1;
		count_allocations(job, MSM_SUBMIT_SYNCOBJ_OUT, "alloc_point_out");
	}
	job->submit.out_syncobjs = job->submit.in_syncobjs = 0;
	job->submit.nr_out_syncobjs = 0;
}

int main(int, char **argv)
{
	bool only_allocations = false;
	unsigned long bos = 100000, syncobjs = 10000;
	struct job job;
	uint64_t chip;
	int fd;

	while (*++argv) {
		if (!strcmp(*argv, "--allocations"))
			only_allocations = true;
		else if (!strcmp(*argv, "--bos") && argv[1])
			bos = strtoul(*++argv, NULL, 0);
		else if (!strcmp(*argv, "--syncobjs") && argv[1])
			syncobjs = strtoul(*++argv, NULL, 0);
		else
			bos = 0;
		if (!bos || !syncobjs) {
			fprintf(stderr, "usage: bench [--allocations] [--bos N] [--syncobjs N]\n");
			return 2;
		}
	}
	fd = open_msm();
	check(fd < 0 ? fd : get_param(fd, MSM_PARAM_CHIP_ID, &chip), "open");
	check(job_init(&job, fd), "a job");
	job_write(&job, 0, 1);

	allocations(&job);
	if (only_allocations)
		return 0;
	large_submits(&job);
	many_syncobjs(&job, syncobjs);
	many_buffers(bos);
	return 0;
}
