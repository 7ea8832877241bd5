// SPDX-License-Identifier: GPL-2.0-only
/* GEM_INFO: what can be asked of a buffer and told to it, and which check comes first. */
#include "fixture.h"

/* The kernel's own number, not in the C library's list; it is part of the ABI all the same. */
#define ETOOSMALL 525

static int raw(int fd, uint32_t handle, uint32_t info, uint64_t value, uint32_t len, uint32_t pad)
{
	struct drm_msm_gem_info request = {handle, info, value, len, pad};

	return test_ioctl(fd, DRM_IOCTL_MSM_GEM_INFO, &request);
}

/* Reads by address; returns the length the driver reports, or -errno. */
static int by_address(int fd, uint32_t handle, uint32_t info, void *buffer, uint32_t len)
{
	struct drm_msm_gem_info request = {handle, info, (uintptr_t)buffer, len};
	int ret = test_ioctl(fd, DRM_IOCTL_MSM_GEM_INFO, &request);

	return ret ? ret : (int)request.len;
}

FIXTURE(gem)
{
	int fd;
	uint32_t handle;
};

FIXTURE_SETUP(gem)
{
	self->fd = open_client();
	ASSERT_GE(self->fd, 0);
	ASSERT_EQ(0, gem_new(self->fd, 2 * PAGE, MSM_BO_WC | MSM_BO_GPU_READONLY, &self->handle));
}

FIXTURE_TEARDOWN(gem)
{
	close(self->fd);
}

TEST_F(gem, offset_is_stable_and_page_aligned)
{
	uint64_t first = 0, second = 0;

	ASSERT_EQ(0, gem_info(self->fd, self->handle, MSM_INFO_GET_OFFSET, &first));
	ASSERT_EQ(0, gem_info(self->fd, self->handle, MSM_INFO_GET_OFFSET, &second));
	EXPECT_EQ(first, second);
	EXPECT_EQ(0, first % PAGE);
}

TEST_F(gem, iova_is_stable_page_aligned_and_its_own)
{
	uint64_t first = 0, second = 0, other = 0;
	uint32_t handle;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	ASSERT_EQ(0, gem_info(self->fd, self->handle, MSM_INFO_GET_IOVA, &first));
	ASSERT_EQ(0, gem_info(self->fd, self->handle, MSM_INFO_GET_IOVA, &second));
	ASSERT_EQ(0, gem_info(self->fd, handle, MSM_INFO_GET_IOVA, &other));
	EXPECT_NE(0, first);
	EXPECT_EQ(first, second);
	EXPECT_EQ(0, first % PAGE);
	EXPECT_TRUE(other >= first + 2 * PAGE || other + PAGE <= first);
}

TEST_F(gem, flags_come_back)
{
	uint64_t flags = 0;

	ASSERT_EQ(0, gem_info(self->fd, self->handle, MSM_INFO_GET_FLAGS, &flags));
	EXPECT_EQ(MSM_BO_WC | MSM_BO_GPU_READONLY, flags);
}

TEST_F(gem, arguments_are_checked_before_the_handle)
{
	EXPECT_EQ(-EINVAL, raw(self->fd, 0, MSM_INFO_GET_OFFSET, 0, 0, 1));
	EXPECT_EQ(-EINVAL, raw(self->fd, 0, MSM_INFO_GET_OFFSET, 0, 4, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, 0, MSM_INFO_GET_IOVA, 0, 4, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, 0, MSM_INFO_GET_FLAGS, 0, 4, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, 0, MSM_INFO_SET_IOVA, 0, 4, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, 0, MSM_INFO_GET_METADATA + 1, 0, 0, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, 0, 0xffffffff, 0, 0, 0));
}

TEST_F(gem, unknown_handle)
{
	for (uint32_t info = MSM_INFO_GET_OFFSET; info <= MSM_INFO_GET_METADATA; info++) {
		EXPECT_EQ(-ENOENT, raw(self->fd, 0, info, 0, 0, 0)) TH_LOG("info %u", info);
		EXPECT_EQ(-ENOENT, raw(self->fd, 0xffffffff, info, 0, 0, 0))
		TH_LOG("info %u", info);
	}
}

TEST_F(gem, name)
{
	char name[32] = "";

	EXPECT_EQ(0, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, NULL, 0));
	ASSERT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_NAME, (uintptr_t)"vertices", 8, 0));
	EXPECT_EQ(8, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, NULL, 0));
	EXPECT_EQ(8, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, name, sizeof(name)));
	EXPECT_STREQ("vertices", name);
	EXPECT_EQ(8, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, name, 8));
	EXPECT_EQ(-ETOOSMALL, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, name, 7));
}

TEST_F(gem, a_name_ends_at_what_cannot_be_printed)
{
	char name[32] = "";

	ASSERT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_NAME, (uintptr_t)"ab\ncd", 5, 0));
	EXPECT_EQ(2, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, name, sizeof(name)));
	EXPECT_STREQ("ab", name);
}

TEST_F(gem, a_name_has_31_characters_at_most)
{
	static const char text[33] = "0123456789abcdef0123456789abcdef";

	EXPECT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_NAME, (uintptr_t)text, 31, 0));
	EXPECT_EQ(31, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, NULL, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, self->handle, MSM_INFO_SET_NAME, (uintptr_t)text, 32, 0));
	EXPECT_EQ(-EFAULT, raw(self->fd, self->handle, MSM_INFO_SET_NAME, BAD_ADDRESS, 4, 0));
	EXPECT_EQ(-EFAULT, raw(self->fd, self->handle, MSM_INFO_SET_NAME, BAD_ADDRESS, 4, 0));
}

/* Refused, it changes nothing: not the name that was there either. */
TEST_F(gem, a_name_at_a_bad_address)
{
	char name[32] = "";

	if (!is_msmxx())
		SKIP(return, "upstream leaves the buffer without a name");
	ASSERT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_NAME, (uintptr_t)"before", 6, 0));
	EXPECT_EQ(-EFAULT, raw(self->fd, self->handle, MSM_INFO_SET_NAME, BAD_ADDRESS, 6, 0));
	EXPECT_EQ(6, by_address(self->fd, self->handle, MSM_INFO_GET_NAME, name, sizeof(name)));
	EXPECT_STREQ("before", name);
}

TEST_F(gem, metadata)
{
	char data[128], back[128] = {};

	memset(data, 0x5a, sizeof(data));
	EXPECT_EQ(0, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, NULL, 0));
	ASSERT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_METADATA, (uintptr_t)data, 128, 0));
	EXPECT_EQ(128, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, NULL, 0));
	EXPECT_EQ(-ETOOSMALL, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, back, 127));
	EXPECT_EQ(128, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, back, 128));
	EXPECT_EQ(0, memcmp(data, back, 128));
	ASSERT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_METADATA, (uintptr_t)"xy", 2, 0));
	EXPECT_EQ(2, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, back, 128));
}

TEST_F(gem, metadata_has_128_bytes_at_most)
{
	char data[129] = {};

	EXPECT_EQ(-EOVERFLOW,
		  raw(self->fd, self->handle, MSM_INFO_SET_METADATA, (uintptr_t)data, 129, 0));
	EXPECT_EQ(-EFAULT, raw(self->fd, self->handle, MSM_INFO_SET_METADATA, BAD_ADDRESS, 4, 0));
}

/* Metadata of no length is none. */
TEST_F(gem, metadata_of_no_length)
{
	char back[2] = "xy";

	EXPECT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_METADATA, (uintptr_t)"ab", 0, 0));
	EXPECT_EQ(0, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, back, 0));
	ASSERT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_METADATA, (uintptr_t)"ab", 2, 0));
	EXPECT_EQ(-ETOOSMALL, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, back, 0));
	/* Nothing is read: there need not be anything. */
	EXPECT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_METADATA, BAD_ADDRESS, 0, 0));
	EXPECT_EQ(0, by_address(self->fd, self->handle, MSM_INFO_GET_METADATA, back, 2));
	EXPECT_EQ(0, memcmp(back, "xy", 2));
}

TEST_F(gem, chosen_iova)
{
	uint64_t start, size, iova, read = 0;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_START, &start));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_SIZE, &size));
	iova = start + size / 2;
	ASSERT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_IOVA, iova, 0, 0));
	ASSERT_EQ(0, gem_info(self->fd, self->handle, MSM_INFO_GET_IOVA, &read));
	EXPECT_EQ(iova, read);
	EXPECT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_IOVA, iova, 0, 0));
	EXPECT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_IOVA, 0, 0, 0));
}

TEST_F(gem, an_iova_that_is_taken)
{
	uint64_t iova = 0;
	uint32_t other;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &other));
	ASSERT_EQ(0, gem_info(self->fd, self->handle, MSM_INFO_GET_IOVA, &iova));
	EXPECT_EQ(-ENOSPC, raw(self->fd, other, MSM_INFO_SET_IOVA, iova + PAGE, 0, 0));
}

/* Only whole pages of the range that is the client's. */
TEST_F(gem, an_iova_that_cannot_be)
{
	/* Upstream finds no room there. */
	int refused = is_msmxx() ? -EINVAL : -ENOSPC;
	uint64_t start, size;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_START, &start));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_SIZE, &size));
	const uint64_t wrong[] = {start + 1, start - PAGE, start + size - PAGE, start + size,
				  UINT64_MAX - PAGE + 1};

	for (unsigned int i = 0; i < ARRAY_SIZE(wrong); i++) {
		EXPECT_EQ(refused, raw(self->fd, self->handle, MSM_INFO_SET_IOVA, wrong[i], 0, 0))
		TH_LOG("%#lx", wrong[i]);
	}
	EXPECT_EQ(0, raw(self->fd, self->handle, MSM_INFO_SET_IOVA, start + size - 2 * PAGE, 0, 0));
}

TEST_HARNESS_MAIN
