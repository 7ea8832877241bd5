// SPDX-License-Identifier: GPL-2.0-only
/*
 * round-trip [COUNT]: how long a job of one packet takes from the ioctl to its fence, and the ioctl
 * alone; median and 99th percentile of COUNT (1000). Status 1 if a job fails.
 */
#include "../msm_job.h"

#include <stdlib.h>

static long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000l + now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	long left = *(const long *)a, right = *(const long *)b;

	return left < right ? -1 : left > right;
}

static void report(const char *name, long *times, int count)
{
	qsort(times, count, sizeof(*times), ascending);
	printf("%-28s %8.1f %8.1f us\n", name, times[count / 2] / 1000.0,
	       times[count * 99 / 100] / 1000.0);
}

int main(int argc, char **argv)
{
	int count = argc > 1 ? atoi(argv[1]) : 1000, fd = open_msm();
	long *submits, *trips;
	struct job job;

	submits = calloc(count, sizeof(long));
	trips = calloc(count, sizeof(long));
	if (fd < 0 || count < 1 || !submits || !trips || job_init(&job, fd)) {
		fprintf(stderr, "round-trip: no msm device, or no such count\n");
		return 2;
	}
	job_write(&job, 0, 1);
	for (int i = 0; i < count; i++) {
		long start = now_ns();

		job.memory.map[0] = 0;
		if (job_submit(&job))
			return 1;
		submits[i] = now_ns() - start;
		if (job_finish(&job) || job.memory.map[0] != 1)
			return 1;
		trips[i] = now_ns() - start;
	}
	report("submit, the ioctl alone", submits, count);
	report("submit, ioctl to fence", trips, count);
	return 0;
}
