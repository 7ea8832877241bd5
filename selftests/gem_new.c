// SPDX-License-Identifier: GPL-2.0-only
/* GEM_NEW and mmap: sizes, flags, what the CPU sees. */
#include "fixture.h"

static int new_with(int fd, uint64_t size, uint32_t flags)
{
	uint32_t handle;
	int ret = gem_new(fd, size, flags, &handle);

	return ret ? ret : gem_close(fd, handle);
}

TEST_F(msm, sizes)
{
	EXPECT_EQ(0, new_with(self->fd, 1, MSM_BO_WC));
	EXPECT_EQ(0, new_with(self->fd, PAGE + 1, MSM_BO_WC));
	EXPECT_EQ(0, new_with(self->fd, 4 << 20, MSM_BO_WC));
	EXPECT_EQ(-EINVAL, new_with(self->fd, 0, MSM_BO_WC));
}

/* Rounding up to pages must not make it wrap to 0, or to a small buffer. */
TEST_F(msm, a_size_that_wraps_is_refused)
{
	EXPECT_EQ(-EINVAL, new_with(self->fd, UINT64_MAX, MSM_BO_WC));
	/* Linux 6.12's carveout takes any size, and fails when the memory is used. */
	if (is_newer_than_6_12(self->fd)) {
		EXPECT_EQ(-EINVAL, new_with(self->fd, UINT64_MAX - PAGE + 1, MSM_BO_WC));
	}
}

TEST_F(msm, cache_modes)
{
	EXPECT_EQ(0, new_with(self->fd, PAGE, MSM_BO_CACHED));
	EXPECT_EQ(0, new_with(self->fd, PAGE, MSM_BO_WC));
	EXPECT_EQ(-EINVAL, new_with(self->fd, PAGE, 0));
	EXPECT_EQ(-EINVAL, new_with(self->fd, PAGE, MSM_BO_CACHED | MSM_BO_WC));
}

/* Only where the GPU looks into the caches of the CPU, which those up to the a610 do not. */
TEST_F(msm, coherent_memory)
{
	uint64_t chip;
	int ret = new_with(self->fd, PAGE, MSM_BO_CACHED_COHERENT);

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip));
	EXPECT_TRUE(ret == -EINVAL || (!ret && (chip & 0xffffff00) > 0x06010000))
	TH_LOG("%d", ret);
	EXPECT_EQ(-EINVAL, new_with(self->fd, PAGE, MSM_BO_CACHED_COHERENT | MSM_BO_WC));
}

TEST_F(msm, access_flags)
{
	EXPECT_EQ(0, new_with(self->fd, PAGE, MSM_BO_WC | MSM_BO_GPU_READONLY));
	EXPECT_EQ(0, new_with(self->fd, PAGE, MSM_BO_WC | MSM_BO_SCANOUT));
	EXPECT_EQ(is_newer_than_6_12(self->fd) ? 0 : -EINVAL,
		  new_with(self->fd, PAGE, MSM_BO_WC | MSM_BO_NO_SHARE));
	for (int bit = 0; bit < 32; bit++) {
		if (!((1u << bit) & MSM_BO_FLAGS)) {
			EXPECT_EQ(-EINVAL, new_with(self->fd, PAGE, MSM_BO_WC | 1u << bit))
			TH_LOG("bit %d", bit);
		}
	}
}

TEST_F(msm, handles_differ_and_are_reused_only_after_close)
{
	uint32_t first, second;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &first));
	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &second));
	EXPECT_NE(0, first);
	EXPECT_NE(first, second);
	EXPECT_EQ(0, gem_close(self->fd, first));
	EXPECT_EQ(-EINVAL, gem_close(self->fd, first));
	EXPECT_EQ(0, gem_close(self->fd, second));
}

TEST_F(msm, memory_keeps_what_is_written)
{
	struct buffer buffer;

	ASSERT_EQ(0, make_buffer(self->fd, 16 * PAGE, MSM_BO_WC, &buffer));
	for (uint32_t i = 0; i < buffer.size / 4; i++)
		buffer.map[i] = i * 2654435761u;
	for (uint32_t i = 0; i < buffer.size / 4; i++) {
		ASSERT_EQ(i * 2654435761u, buffer.map[i]);
	}
}

/* Nobody may see what another process has left in memory. */
TEST_F(msm, new_memory_is_zero)
{
	uint64_t offset = 0;
	uint32_t handle;
	const uint32_t *map;

	if (!is_msmxx())
		SKIP(return, "upstream's carveout, used where the DRM device has no IOMMU, is not "
			     "cleared");
	for (int round = 0; round < 4; round++) {
		ASSERT_EQ(0, gem_new(self->fd, 64 * PAGE, MSM_BO_CACHED, &handle));
		ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_OFFSET, &offset));
		map = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, offset);
		ASSERT_NE(MAP_FAILED, map);
		for (uint32_t i = 0; i < 64 * PAGE / 4; i++) {
			ASSERT_EQ(0, map[i]);
		}
		memset((void *)map, 0x5a, 64 * PAGE);
		munmap((void *)map, 64 * PAGE);
		ASSERT_EQ(0, gem_close(self->fd, handle));
	}
}

TEST_F(msm, a_mapping_outlives_its_handle)
{
	struct buffer buffer;

	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	buffer.map[7] = 42;
	ASSERT_EQ(0, gem_close(self->fd, buffer.handle));
	EXPECT_EQ(42, buffer.map[7]);
	buffer.map[8] = 43;
	EXPECT_EQ(43, buffer.map[8]);
}

TEST_F(msm, a_mapping_ends_with_the_buffer)
{
	uint64_t offset = 0;
	uint32_t handle;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_OFFSET, &offset));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED, self->fd, offset));
	EXPECT_EQ(EINVAL, errno);
}

/* An offset belongs to the files that have a handle. */
TEST_F(msm, others_cannot_map_it)
{
	uint64_t offset = 0;
	uint32_t handle;
	int other = open_msm();

	ASSERT_GE(other, 0);
	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_OFFSET, &offset));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, other, offset));
	EXPECT_EQ(EACCES, errno);
	close(other);
}

/* They could never be used: all of a buffer is in memory when it is. */
TEST_F(msm, larger_than_all_memory)
{
	uint32_t handle;

	if (!is_msmxx())
		SKIP(return, "upstream makes them; using one takes all memory, or a warning");
	EXPECT_EQ(-ENOMEM, gem_new(self->fd, 1ull << 36, MSM_BO_WC, &handle));
	EXPECT_EQ(-ENOMEM, gem_new(self->fd, 1ull << 44, MSM_BO_CACHED, &handle));
}

TEST_HARNESS_MAIN
