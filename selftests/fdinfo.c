// SPDX-License-Identifier: GPL-2.0-only
/* /proc/self/fdinfo of a DRM file: what gputop and nvtop read. */
#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "fixture.h"

/* The value of @key in the fdinfo of @fd, and what stands behind it; 0, or -ENOENT without one */
static int fdinfo(int fd, const char *key, uint64_t *value, char unit[16])
{
	char path[64], line[256];
	int ret = -ENOENT;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "r");
	if (!file)
		return -errno;
	while (ret && fgets(line, sizeof(line), file)) {
		size_t length = strlen(key);

		if (strncmp(line, key, length) || line[length] != ':')
			continue;
		unit[0] = 0;
		ret = sscanf(line + length + 1, "%" SCNu64 " %15s", value, unit) >= 1 ? 0 : -EINVAL;
	}
	fclose(file);
	return ret;
}

/* Bytes, whatever the unit; what there is no line for is 0 */
static uint64_t memory(int fd, const char *key)
{
	uint64_t value = 0;
	char unit[16] = "";

	fdinfo(fd, key, &value, unit);
	return value * (!strcmp(unit, "KiB") ? 1024 : !strcmp(unit, "MiB") ? 1024 * 1024 : 1);
}

static uint64_t number(int fd, const char *key)
{
	uint64_t value = 0;
	char unit[16];

	fdinfo(fd, key, &value, unit);
	return value;
}

/* Whether @text is a number with @unit behind it and nothing else, as both tools take it. */
static bool is_number(const char *text, const char *unit)
{
	char *end;

	strtoull(text, &end, 10);
	return isdigit(text[0]) && (!*end ? !*unit : *end == ' ' && !strcmp(end + 1, unit));
}

static bool is_value_of(const char *key, const char *text)
{
	if (!strcmp(key, "drm-driver"))
		return !strcmp(text, "msm");
	if (!strcmp(key, "drm-client-id") || !strncmp(key, "drm-cycles-", 11))
		return is_number(text, "");
	if (!strncmp(key, "drm-engine-", 11))
		return is_number(text, "ns");
	if (!strncmp(key, "drm-maxfreq-", 12))
		return is_number(text, "Hz");
	/* Memory of a region. */
	return is_number(text, "") || is_number(text, "KiB") || is_number(text, "MiB");
}

/*
 * The grammar of the kernel's Documentation/gpu/drm-usage-stats.rst, of which gputop and nvtop each
 * read a part: a key, a colon, white space, and a value with a unit that belongs to the key.
 */
TEST_F(msm, every_line_is_as_tools_parse_it)
{
	static const char *const required[] = {
		"drm-driver",      "drm-client-id",    "drm-engine-gpu",    "drm-cycles-gpu",
		"drm-maxfreq-gpu", "drm-total-memory", "drm-shared-memory", "drm-resident-memory",
	};
	unsigned int seen[ARRAY_SIZE(required)] = {};
	char path[64], line[256];
	struct buffer buffer;
	FILE *file;

	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", self->fd);
	file = fopen(path, "re");
	ASSERT_NE(NULL, file);
	while (fgets(line, sizeof(line), file)) {
		char *key = line, *value;

		if (strncmp(line, "drm-", 4))
			continue;
		line[strcspn(line, "\n")] = 0;
		value = strchr(line, ':');
		ASSERT_NE(NULL, value) TH_LOG("%s", line);
		*value++ = 0;
		value += strspn(value, " \t");
		EXPECT_EQ(strlen(key), strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-"))
		TH_LOG("%s", key);
		for (unsigned int i = 0; i < ARRAY_SIZE(required); i++)
			seen[i] += !strcmp(key, required[i]);

		EXPECT_TRUE(is_value_of(key, value)) TH_LOG("%s: %s", key, value);
	}
	fclose(file);
	for (unsigned int i = 0; i < ARRAY_SIZE(required); i++) {
		EXPECT_EQ(1, seen[i]) TH_LOG("%s", required[i]);
	}
}

TEST_F(msm, names_the_client)
{
	int other = open_msm();
	uint64_t id, other_id;
	char unit[16];

	ASSERT_GE(other, 0);
	ASSERT_EQ(0, fdinfo(self->fd, "drm-client-id", &id, unit));
	ASSERT_EQ(0, fdinfo(other, "drm-client-id", &other_id, unit));
	EXPECT_NE(id, other_id);
	close(other);
}

TEST_F(msm, engine_time_is_that_of_its_jobs)
{
	uint64_t time, cycles, max, param;
	struct job job;
	int other;
	char unit[16];

	ASSERT_EQ(0, fdinfo(self->fd, "drm-engine-gpu", &time, unit));
	EXPECT_EQ(0, time);
	EXPECT_STREQ("ns", unit);
	ASSERT_EQ(0, fdinfo(self->fd, "drm-cycles-gpu", &cycles, unit));
	EXPECT_EQ(0, cycles);
	ASSERT_EQ(0, fdinfo(self->fd, "drm-maxfreq-gpu", &max, unit));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_MAX_FREQ, &param));
	EXPECT_EQ(param, max);
	EXPECT_STREQ("Hz", unit);

	/* On the GPU for 50 ms. */
	other = open_msm();
	ASSERT_GE(other, 0);
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 1, 1);
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	for (int i = 0; i < 5000 && !job.memory.map[1]; i++)
		usleep(1000);
	usleep(50000);
	job.memory.map[0] = 1;
	ASSERT_EQ(0, job_finish(&job));

	/* It counts once the job is retired, a little after its fence. */
	for (int i = 0; i < 1000 && !number(self->fd, "drm-engine-gpu"); i++)
		usleep(1000);
	EXPECT_GT(number(self->fd, "drm-engine-gpu"), 50000000);
	EXPECT_LT(number(self->fd, "drm-engine-gpu"), 10000000000);
	EXPECT_GT(number(self->fd, "drm-cycles-gpu"), 1000);
	EXPECT_EQ(0, number(other, "drm-engine-gpu"));
	close(other);
}

TEST_F(msm, memory_by_kind)
{
	const uint64_t size = 64 * PAGE;
	struct drm_msm_gem_madvise advice = {.madv = MSM_MADV_DONTNEED};
	uint64_t total = memory(self->fd, "drm-total-memory");
	uint64_t resident = memory(self->fd, "drm-resident-memory");
	uint64_t shared = memory(self->fd, "drm-shared-memory");
	uint64_t purgeable = memory(self->fd, "drm-purgeable-memory");
	struct buffer buffer;
	uint32_t untouched;
	int dma_buf;

	ASSERT_EQ(0, gem_new(self->fd, size, MSM_BO_WC, &untouched));
	EXPECT_EQ(total + size, memory(self->fd, "drm-total-memory"));
	EXPECT_EQ(resident, memory(self->fd, "drm-resident-memory"));

	ASSERT_EQ(0, make_buffer(self->fd, size, MSM_BO_WC, &buffer));
	EXPECT_EQ(total + 2 * size, memory(self->fd, "drm-total-memory"));
	EXPECT_EQ(resident + size, memory(self->fd, "drm-resident-memory"));
	EXPECT_EQ(shared, memory(self->fd, "drm-shared-memory"));
	EXPECT_EQ(0, memory(self->fd, "drm-active-memory"));

	dma_buf = prime_export(self->fd, buffer.handle);
	ASSERT_GE(dma_buf, 0);
	EXPECT_EQ(shared + size, memory(self->fd, "drm-shared-memory"));
	close(dma_buf);

	advice.handle = buffer.handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_MADVISE, &advice));
	EXPECT_EQ(purgeable + size, memory(self->fd, "drm-purgeable-memory"));
	ASSERT_EQ(0, gem_close(self->fd, untouched));
	EXPECT_EQ(total + size, memory(self->fd, "drm-total-memory"));
}

TEST_F(msm, active_while_a_job_uses_it)
{
	struct job job;

	ASSERT_EQ(0, job_init(&job, self->fd));
	job_wait(&job, 0);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(job.code.size + job.memory.size, memory(self->fd, "drm-active-memory"));
	job.memory.map[0] = 1;
	ASSERT_EQ(0, job_finish(&job));
	EXPECT_EQ(0, memory(self->fd, "drm-active-memory"));
}

TEST_HARNESS_MAIN
