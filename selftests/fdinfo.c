// SPDX-License-Identifier: GPL-2.0-only
/* /proc/self/fdinfo of a DRM file: what gputop and nvtop read. */
#include <inttypes.h>

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
	struct drm_prime_handle share = {.flags = DRM_CLOEXEC};
	struct drm_msm_gem_madvise advice = {.madv = MSM_MADV_DONTNEED};
	uint64_t total = memory(self->fd, "drm-total-memory");
	uint64_t resident = memory(self->fd, "drm-resident-memory");
	uint64_t shared = memory(self->fd, "drm-shared-memory");
	uint64_t purgeable = memory(self->fd, "drm-purgeable-memory");
	struct buffer buffer;
	uint32_t untouched;

	ASSERT_EQ(0, gem_new(self->fd, size, MSM_BO_WC, &untouched));
	EXPECT_EQ(total + size, memory(self->fd, "drm-total-memory"));
	EXPECT_EQ(resident, memory(self->fd, "drm-resident-memory"));

	ASSERT_EQ(0, make_buffer(self->fd, size, MSM_BO_WC, &buffer));
	EXPECT_EQ(total + 2 * size, memory(self->fd, "drm-total-memory"));
	EXPECT_EQ(resident + size, memory(self->fd, "drm-resident-memory"));
	EXPECT_EQ(shared, memory(self->fd, "drm-shared-memory"));
	EXPECT_EQ(0, memory(self->fd, "drm-active-memory"));

	share.handle = buffer.handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &share));
	EXPECT_EQ(shared + size, memory(self->fd, "drm-shared-memory"));
	close(share.fd);

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
