// SPDX-License-Identifier: GPL-2.0-only
/* Tracepoints, under upstream's names and with its fields, as tools that show a timeline read them. */
#include <stdlib.h>

#include "fixture.h"
#include "msm_hang.h"
#include "msm_reclaim.h"

#define TRACING "/sys/kernel/tracing"
#define EVENTS  TRACING "/events/drm_msm_gpu"

/* The first line of the trace with @event, of the job numbered @id unless that is 0; 0 or -ENOENT */
static int find_event(const char *event, unsigned int id, char line[512])
{
	char pattern[64], with_id[32];
	FILE *trace = fopen(TRACING "/trace", "r");
	int ret = -ENOENT;

	if (!trace)
		return -errno;
	snprintf(pattern, sizeof(pattern), ": %s: ", event);
	snprintf(with_id, sizeof(with_id), "id=%u ", id);
	while (ret && fgets(line, 512, trace)) {
		if (line[0] != '#' && strstr(line, pattern) && (!id || strstr(line, with_id)))
			ret = 0;
	}
	fclose(trace);
	return ret;
}

/* What comes a little later than the fence */
static int wait_for_event(const char *event, unsigned int id, char line[512])
{
	int ret = -ENOENT;

	for (int i = 0; i < 200 && ret; i++) {
		ret = find_event(event, id, line);
		if (ret)
			usleep(10000);
	}
	return ret;
}

FIXTURE(trace)
{
	int fd;
};

FIXTURE_SETUP(trace)
{
	self->fd = open_client();
	ASSERT_GE(self->fd, 0);
	if (access(EVENTS, F_OK))
		SKIP(return, "no tracefs, or no driver with tracepoints");
}

FIXTURE_TEARDOWN(trace)
{
	write_text(EVENTS "/enable", "0");
	close(self->fd);
}

static int start_tracing(void)
{
	int ret = write_text(TRACING "/trace", "");

	return ret ? ret : write_text(EVENTS "/enable", "1");
}

TEST_F(trace, a_job_from_the_ioctl_to_its_end)
{
	unsigned int id, pid, ring, bos, commands, seqno, mhz;
	long long ticks, elapsed, start, end;
	char line[512];
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 1);
	ASSERT_EQ(0, start_tracing());
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));

	ASSERT_EQ(0, find_event("msm_gpu_submit", 0, line));
	ASSERT_EQ(5, sscanf(strstr(line, "id="), "id=%u pid=%u ring=%u bos=%u cmds=%u", &id, &pid,
			    &ring, &bos, &commands));
	EXPECT_EQ(getpid(), pid);
	EXPECT_EQ(0, ring);
	EXPECT_EQ(2, bos);
	EXPECT_EQ(1, commands);

	ASSERT_EQ(0, find_event("msm_gpu_submit_flush", id, line));
	ASSERT_EQ(4, sscanf(strstr(line, "pid="), "pid=%u ring=%u:%d ticks=%lld", &pid, &ring,
			    (int *)&seqno, &ticks));
	EXPECT_EQ(getpid(), pid);
	EXPECT_GT(ticks, 0);

	ASSERT_EQ(0, wait_for_event("msm_gpu_submit_retired", id, line));
	ASSERT_EQ(6, sscanf(strstr(line, "pid="),
			    "pid=%u ring=%u:%*d elapsed=%lld ns mhz=%u start=%lld end=%lld", &pid,
			    &ring, &elapsed, &mhz, &start, &end));
	EXPECT_EQ(getpid(), pid);
	EXPECT_LT(start, end);
	/* 19.2 MHz, and fractions of a nanosecond are lost. */
	EXPECT_EQ((end - start) * 10000 / 192, elapsed);
	EXPECT_GT(mhz, 0);
}

TEST_F(trace, reclaim)
{
	struct drm_msm_gem_madvise advise = {.madv = MSM_MADV_DONTNEED};
	unsigned int wanted, purged = 0;
	struct buffer buffer;
	char line[512];

	ASSERT_EQ(0, make_buffer(self->fd, 3 * PAGE, MSM_BO_WC, &buffer));
	advise.handle = buffer.handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_MADVISE, &advise));
	ASSERT_EQ(0, start_tracing());
	if (!shrink())
		SKIP(return, "no debugfs file asks for reclaim");
	ASSERT_EQ(0, find_event("msm_gem_shrink", 0, line));
	ASSERT_EQ(2, sscanf(strstr(line, "nr_to_scan="), "nr_to_scan=%u pg, purged=%u pg", &wanted,
			    &purged));
	EXPECT_EQ(100000, wanted);
	EXPECT_EQ(3, purged);
}

TEST_F(trace, power)
{
	char line[512];
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 1);
	/* So that there is a resume to be seen. */
	ASSERT_TRUE(suspends(10000));
	ASSERT_EQ(0, start_tracing());
	ASSERT_EQ(0, job_submit(&job));
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(0, find_event("msm_gpu_resume", 0, line));
	EXPECT_EQ(0, find_event("msm_gpu_freq_change", 0, line));
	EXPECT_EQ(0, wait_for_event("msm_gpu_suspend", 0, line));
}

TEST_HARNESS_MAIN
