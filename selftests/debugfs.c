// SPDX-License-Identifier: GPL-2.0-only
/* What the driver says of itself below /sys/kernel/debug/dri. */
#include "debugfs.h"

#include "fixture.h"
#include "msm_hang.h"
#include "sw_sync.h"

/* A job that waits for the CPU must not look hung, however slow that is. ms */
#define LONG_PERIOD 20000

/* A line of @text that has @a and @b, or NULL; terminated */
static const char *find_line(char *text, const char *a, const char *b)
{
	char *line, *rest = text;

	while ((line = strtok_r(rest, "\n", &rest))) {
		if (strstr(line, a) && strstr(line, b))
			return line;
	}
	return NULL;
}

static int set_name(int fd, uint32_t handle, const char *name)
{
	struct drm_msm_gem_info request = {.handle = handle,
					   .info = MSM_INFO_SET_NAME,
					   .value = (uintptr_t)name,
					   .len = strlen(name)};

	return test_ioctl(fd, DRM_IOCTL_MSM_GEM_INFO, &request);
}

TEST_F(msm, gem_lists_a_buffer_and_where_it_is)
{
	char *text, comm[] = "debugfs";
	struct buffer buffer;
	unsigned int flags;
	char address[32];

	ASSERT_EQ(0, make_buffer(self->fd, 3 * PAGE, MSM_BO_WC, &buffer));
	ASSERT_EQ(0, set_name(self->fd, buffer.handle, "listed-buffer"));
	text = debugfs_read(self->fd, "gem");
	ASSERT_NE(NULL, text) TH_LOG("no debugfs");

	const char *line = find_line(text, "listed-buffer", " I ");
	ASSERT_NE(NULL, line);
	ASSERT_EQ(1, sscanf(line, " %x:", &flags));
	EXPECT_EQ(MSM_BO_WC, flags);
	EXPECT_NE(NULL, strstr(line, " 00012288 "));
	line = line + strlen(line) + 1;
	snprintf(address, sizeof(address), "%08" PRIx64 ",", buffer.iova);
	EXPECT_NE(NULL, find_line((char *)line, "vmas:", address));
	free(text);

	text = debugfs_read(self->fd, "gem");
	EXPECT_NE(NULL, find_line(text, "vmas:", comm));
	free(text);
	text = debugfs_read(self->fd, "gem");
	EXPECT_NE(NULL, find_line(text, "Total:", "objects"));
	free(text);
}

TEST_F(msm, gem_tells_what_a_job_uses)
{
	struct job job;
	char *text;

	ASSERT_EQ(0, job_init(&job, self->fd));
	ASSERT_EQ(0, set_name(self->fd, job.memory.handle, "busy-buffer"));
	hangcheck_period(LONG_PERIOD);
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	text = debugfs_read(self->fd, "gem");
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, find_line(text, "busy-buffer", " A "));
	free(text);
	job.memory.map[0] = 1;
	ASSERT_EQ(0, job_finish(&job));
	text = debugfs_read(self->fd, "gem");
	EXPECT_NE(NULL, find_line(text, "busy-buffer", " I "));
	free(text);
	hangcheck_period(250);
}

/* Upstream reads some 40,000 registers for it. */
TEST_F_TIMEOUT(msm, state_of_the_gpu, 120)
{
	char *text = debugfs_read(self->fd, "gpu"), *line;
	unsigned int revision;
	uint32_t chip;
	uint64_t gpu_id, chip_id;

	ASSERT_NE(NULL, text);
	line = strstr(text, "\nrevision: ");
	ASSERT_NE(NULL, line);
	ASSERT_TRUE(parse_revision(line + 1, &revision, &chip));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_GPU_ID, &gpu_id));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip_id));
	EXPECT_EQ(gpu_id, revision);
	EXPECT_EQ(chip_id & 0xffffffff, chip);
	EXPECT_NE(NULL, strstr(text, "\nringbuffer:\n  - id: 0\n"));
	EXPECT_NE(NULL, strstr(text, "\nregisters:\n"));
	free(text);
}

#define COUNTERS 8

static void read_counters(int fd, const char *const names[COUNTERS], int64_t values[COUNTERS])
{
	for (int i = 0; i < COUNTERS; i++)
		values[i] = debugfs_counter(fd, names[i]);
}

/* What the test before has closed may still be on its way out. */
TEST_F(msm, counters_return_to_where_they_were)
{
	static const char *const names[COUNTERS] = {"contexts",   "bos",       "resident-bytes",
						    "vms",        "vmas",      "table-pages",
						    "job-blocks", "armed-jobs"};
	int64_t before[COUNTERS], again[COUNTERS], now;
	struct job job;
	int other;

	if (!is_msmxx())
		SKIP(return, "upstream counts none of this");
	read_counters(self->fd, names, before);
	for (int tries = 0; tries < 100; tries++) {
		usleep(100000);
		read_counters(self->fd, names, again);
		if (!memcmp(before, again, sizeof(before)))
			break;
		memcpy(before, again, sizeof(before));
	}
	for (int i = 0; i < COUNTERS; i++) {
		ASSERT_LE(0, before[i]) TH_LOG("%s", names[i]);
	}
	other = open_msm();
	ASSERT_GE(other, 0);
	ASSERT_EQ(0, job_init(&job, other));
	hangcheck_period(LONG_PERIOD);
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));

	EXPECT_EQ(before[0] + 1, debugfs_counter(self->fd, "contexts"));
	EXPECT_EQ(before[1] + 2, debugfs_counter(self->fd, "bos"));
	EXPECT_EQ(before[2] + 2 * PAGE, debugfs_counter(self->fd, "resident-bytes"));
	EXPECT_EQ(before[3] + 1, debugfs_counter(self->fd, "vms"));
	EXPECT_EQ(before[4] + 2, debugfs_counter(self->fd, "vmas"));
	EXPECT_LT(before[5], debugfs_counter(self->fd, "table-pages"));
	EXPECT_EQ(before[6] + 1, debugfs_counter(self->fd, "job-blocks"));
	EXPECT_EQ(before[7] + 1, debugfs_counter(self->fd, "armed-jobs"));
	EXPECT_EQ(1, debugfs_counter(self->fd, "powered"));
	EXPECT_LE(1, debugfs_counter(self->fd, "power-references"));

	job.memory.map[0] = 1;
	ASSERT_EQ(0, wait_fence(other, 0, job.submit.fence, 5000));
	munmap((void *)job.memory.map, PAGE);
	munmap((void *)job.code.map, PAGE);
	close(other);
	for (int i = 0; i < COUNTERS; i++) {
		for (int tries = 0; tries < 500; tries++) {
			now = debugfs_counter(self->fd, names[i]);
			if (now == before[i])
				break;
			usleep(10000);
		}
		EXPECT_EQ(before[i], now) TH_LOG("%s", names[i]);
	}
	hangcheck_period(250);
}

/* What sched says behind @key: of a line that begins so, what follows the next blank; NULL if there is none */
static char *sched_line(int fd, const char *key)
{
	char *text = debugfs_read(fd, "sched"), *line, *rest, *found = NULL;

	for (rest = text; !found && text && (line = strtok_r(rest, "\n", &rest));) {
		if (!strncmp(line, key, strlen(key)))
			found = strdup(line + strlen(key));
	}
	free(text);
	return found;
}

static bool sched_says(int fd, const char *key, const char *wanted)
{
	char *line = sched_line(fd, key);
	bool same = line && !strcmp(line, wanted);

	free(line);
	return same;
}

/* Within five seconds. */
static bool sched_will_say(int fd, const char *key, const char *wanted)
{
	for (int tries = 0; tries < 500 && !sched_says(fd, key, wanted); tries++)
		usleep(10000);
	return sched_says(fd, key, wanted);
}

/* The newest queue of @fd's client: @fd has the newest file, so it stands in the last line. */
static bool queue_has(int fd, unsigned int queued, unsigned int running, unsigned int retired)
{
	char *text = debugfs_read(fd, "sched"), *line = text ? strrchr(text, '\n') : NULL;
	unsigned int counts[3];
	bool same = false;

	if (line) {
		*line = 0;
		line = strrchr(text, '\n');
		same = line &&
		       sscanf(line,
			      "\nclient %*u queue 1 priority 2: queued %u, running %u, retired %u",
			      &counts[0], &counts[1], &counts[2]) == 3 &&
		       counts[0] == queued && counts[1] == running && counts[2] == retired;
	}
	free(text);
	return same;
}

static bool queue_will_have(int fd, unsigned int queued, unsigned int running, unsigned int retired)
{
	for (int tries = 0; tries < 500 && !queue_has(fd, queued, running, retired); tries++)
		usleep(10000);
	return queue_has(fd, queued, running, retired);
}

TEST_F(msm, sched_tells_which_jobs_are_where)
{
	struct job blocked, busy;
	uint32_t queue;
	int timeline;

	if (!is_msmxx())
		SKIP(return, "upstream has no such file");
	timeline = sw_sync_open();
	if (timeline < 0)
		SKIP(return, "this kernel has no sw_sync");
	ASSERT_EQ(0, queue_new(self->fd, 2, 0, &queue));
	ASSERT_EQ(1, queue);
	ASSERT_EQ(0, job_init(&blocked, self->fd));
	ASSERT_EQ(0, job_init(&busy, self->fd));
	ASSERT_TRUE(sched_will_say(self->fd, "armed: ", "0"));
	EXPECT_TRUE(queue_has(self->fd, 0, 0, 0));

	/* One waits for another driver: it is queued, and the GPU is on but rests. */
	blocked.submit.queueid = queue;
	blocked.submit.flags |= MSM_SUBMIT_FENCE_FD_IN;
	blocked.submit.fence_fd = sw_sync_fence(timeline, 1);
	job_write(&blocked, 0, 1);
	ASSERT_EQ(0, job_submit(&blocked));
	close(blocked.submit.fence_fd);
	EXPECT_TRUE(sched_will_say(self->fd, "resting: ", "1"));
	EXPECT_TRUE(sched_says(self->fd, "runtime-pm: ", "active"));
	EXPECT_TRUE(sched_says(self->fd, "armed: ", "1"));
	EXPECT_TRUE(sched_says(self->fd, "parked: ", "0"));
	EXPECT_TRUE(queue_has(self->fd, 1, 0, 0));

	/* Another one is on the GPU, which does not rest meanwhile. */
	hangcheck_period(LONG_PERIOD);
	job_wait(&busy, 0);
	ASSERT_EQ(0, job_submit(&busy));
	EXPECT_TRUE(sched_will_say(self->fd, "resting: ", "0"));
	EXPECT_TRUE(sched_says(self->fd, "armed: ", "2"));
	EXPECT_TRUE(queue_has(self->fd, 1, 0, 0));
	/* What it waited for has come. On the ring it has to wait for the first, as all do. */
	ASSERT_EQ(0, sw_sync_advance(timeline, 1));
	EXPECT_TRUE(queue_will_have(self->fd, 0, 1, 0));
	busy.memory.map[0] = 1;
	ASSERT_EQ(0, job_finish(&busy));
	ASSERT_EQ(0, job_finish(&blocked));
	EXPECT_TRUE(queue_will_have(self->fd, 0, 0, 1));
	EXPECT_TRUE(sched_will_say(self->fd, "armed: ", "0"));
	EXPECT_TRUE(sched_will_say(self->fd, "runtime-pm: ", "suspended"));
	hangcheck_period(250);
	close(timeline);
}

TEST_F(msm, shrink_takes_what_is_not_needed)
{
	struct drm_msm_gem_madvise advice = {.madv = MSM_MADV_DONTNEED};
	struct buffer buffer;
	char *text;

	ASSERT_EQ(0, make_buffer(self->fd, 64 * PAGE, MSM_BO_WC, &buffer));
	advice.handle = buffer.handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_MADVISE, &advice));
	EXPECT_EQ(1, advice.retained);
	ASSERT_EQ(0, debugfs_write(self->fd, "shrink", "64"));
	text = debugfs_read(self->fd, "shrink");
	ASSERT_NE(NULL, text);
	EXPECT_LE(64, strtoull(text, NULL, 16));
	free(text);
	advice.madv = MSM_MADV_WILLNEED;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_MADVISE, &advice));
	EXPECT_EQ(0, advice.retained);
}

TEST_HARNESS_MAIN
