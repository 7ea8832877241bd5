// SPDX-License-Identifier: GPL-2.0-only
/* GET_PARAM: each parameter, and what is refused. */
#include "fixture.h"

static int raw(int fd, uint32_t pipe, uint32_t param, uint32_t len, uint32_t pad)
{
	struct drm_msm_param request = {pipe, param, 0, len, pad};

	return test_ioctl(fd, DRM_IOCTL_MSM_GET_PARAM, &request);
}

TEST_F(msm, chip_is_known)
{
	uint64_t gpu_id, chip_id, gmem;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_GPU_ID, &gpu_id));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_CHIP_ID, &chip_id));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_GMEM_SIZE, &gmem));
	EXPECT_GE(chip_id >> 24 & 0xff, 5);
	if (gpu_id) {
		EXPECT_EQ(gpu_id / 100, chip_id >> 24 & 0xff);
	}
	EXPECT_GE(gmem, 8192);
	EXPECT_EQ(0, gmem % PAGE);
}

TEST_F(msm, values_that_every_chip_has)
{
	uint64_t value;

	EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_MAX_FREQ, &value));
	EXPECT_GT(value, 1000000);
	EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_GMEM_BASE, &value));
	EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_FAULTS, &value));
	EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &value));
	EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_RAYTRACING, &value));
	EXPECT_LE(value, 1);
	EXPECT_EQ(0, get_param(self->fd, MSM_PARAM_PP_PGTABLE, &value));
	EXPECT_EQ(0, value);
}

TEST_F(msm, priorities_are_three_for_each_ring)
{
	uint64_t priorities;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_PRIORITIES, &priorities));
	EXPECT_GE(priorities, 3);
	EXPECT_EQ(0, priorities % 3);
}

TEST_F(msm, time_passes)
{
	uint64_t before, after;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_TIMESTAMP, &before));
	usleep(1000);
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_TIMESTAMP, &after));
	EXPECT_GT(after, before);
	/* 19.2 MHz: a millisecond is 19200 ticks; a slow machine may take longer, not a minute. */
	EXPECT_GE(after - before, 19200);
	EXPECT_LT(after - before, 60ull * 19200000);
}

TEST_F(msm, va_range_holds_what_the_kernel_assigns)
{
	uint64_t start, size;
	struct buffer buffer;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_START, &start));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_VA_SIZE, &size));
	ASSERT_EQ(0, make_buffer(self->fd, PAGE, MSM_BO_WC, &buffer));
	EXPECT_GE(buffer.iova, start);
	EXPECT_LE(buffer.iova + PAGE, start + size);
}

TEST_F(msm, newer_parameters_are_answered_or_unknown)
{
	static const uint32_t params[] = {MSM_PARAM_UCHE_TRAP_BASE, MSM_PARAM_HAS_PRR,
					  MSM_PARAM_AQE};
	uint64_t value;

	for (unsigned int i = 0; i < ARRAY_SIZE(params); i++) {
		EXPECT_EQ(is_newer_than_6_12(self->fd) ? 0 : -EINVAL,
			  get_param(self->fd, params[i], &value))
		TH_LOG("parameter %#x", params[i]);
	}
}

/* How the memory of the platform's banks is laid out: what there is only together, or not at all. */
TEST_F(msm, layout_of_compressed_buffers)
{
	static const uint32_t params[] = {MSM_PARAM_HIGHEST_BANK_BIT, MSM_PARAM_UBWC_SWIZZLE,
					  MSM_PARAM_MACROTILE_MODE};
	int answers[ARRAY_SIZE(params)];
	uint64_t values[ARRAY_SIZE(params)];

	for (unsigned int i = 0; i < ARRAY_SIZE(params); i++) {
		answers[i] = get_param(self->fd, params[i], &values[i]);
		EXPECT_TRUE(!answers[i] || answers[i] == -ENOENT)
		TH_LOG("parameter %#x: %d", params[i], answers[i]);
		EXPECT_EQ(answers[0], answers[i]);
	}
	if (answers[0])
		SKIP(return, "this platform compresses nothing");
	EXPECT_GE(values[0], 13);
	EXPECT_LE(values[0], 20);
	EXPECT_LE(values[1], 7);
	EXPECT_LE(values[2], 1);
}

/* The GPU has to be awake to be asked for its time, and falls asleep again. */
TEST_F(msm, sleep_is_counted)
{
	uint64_t before, value;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &before));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_TIMESTAMP, &value));
	EXPECT_TRUE(sleeps_again(self->fd, before));
}

TEST_F(msm, write_only_and_unknown_are_invalid)
{
	static const uint32_t params[] = {
		0,    MSM_PARAM_SYSPROF, MSM_PARAM_COMM, MSM_PARAM_CMDLINE, MSM_PARAM_EN_VM_BIND,
		0x18, 0xffffffff};

	for (unsigned int i = 0; i < ARRAY_SIZE(params); i++) {
		EXPECT_EQ(-EINVAL, raw(self->fd, MSM_PIPE_3D0, params[i], 0, 0))
		TH_LOG("parameter %#x", params[i]);
	}
}

TEST_F(msm, only_the_3d_pipe)
{
	EXPECT_EQ(-EINVAL, raw(self->fd, MSM_PIPE_NONE, MSM_PARAM_GPU_ID, 0, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, MSM_PIPE_2D0, MSM_PARAM_GPU_ID, 0, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, MSM_PIPE_3D0 | 1 << 16, MSM_PARAM_GPU_ID, 0, 0));
}

TEST_F(msm, length_and_padding_must_be_zero)
{
	EXPECT_EQ(-EINVAL, raw(self->fd, MSM_PIPE_3D0, MSM_PARAM_GPU_ID, 8, 0));
	EXPECT_EQ(-EINVAL, raw(self->fd, MSM_PIPE_3D0, MSM_PARAM_GPU_ID, 0, 1));
}

TEST_F(msm, a_value_that_is_passed_does_not_matter)
{
	struct drm_msm_param request = {MSM_PIPE_3D0, MSM_PARAM_GPU_ID, BAD_ADDRESS};
	uint64_t gpu_id;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_GPU_ID, &gpu_id));
	EXPECT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GET_PARAM, &request));
	EXPECT_EQ(gpu_id, request.value);
}

TEST_F(msm, bad_address)
{
	EXPECT_EQ(-EFAULT, test_ioctl(self->fd, DRM_IOCTL_MSM_GET_PARAM, (void *)1));
}

/* Clients built before len and pad existed pass 16 bytes. */
TEST_F(msm, short_argument)
{
	struct {
		uint32_t pipe;
		uint32_t param;
		uint64_t value;
	} request = {MSM_PIPE_3D0, MSM_PARAM_GPU_ID};
	uint64_t gpu_id;

	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_GPU_ID, &gpu_id));
	EXPECT_EQ(0, test_ioctl(self->fd, _IOWR('d', 0x40, request), &request));
	EXPECT_EQ(gpu_id, request.value);
}

TEST_HARNESS_MAIN
