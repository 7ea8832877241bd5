// SPDX-License-Identifier: GPL-2.0-only
/* SET_PARAM: names for reports, system profiling, the choice of VM_BIND. */
#include "fixture.h"

static int with_string(int fd, uint32_t param, const void *text, uint32_t len)
{
	return set_param(fd, param, (uintptr_t)text, len);
}

TEST_F(msm, names_for_reports)
{
	EXPECT_EQ(0, with_string(self->fd, MSM_PARAM_COMM, "guest", 5));
	EXPECT_EQ(0, with_string(self->fd, MSM_PARAM_CMDLINE, "guest --all", 11));
	EXPECT_EQ(0, with_string(self->fd, MSM_PARAM_COMM, "", 0));
	EXPECT_EQ(0, with_string(self->fd, MSM_PARAM_COMM, "again", 5));
}

TEST_F(msm, a_name_is_a_page_at_most)
{
	static char text[PAGE + 1] = {[0 ... PAGE] = 'x'};

	EXPECT_EQ(0, with_string(self->fd, MSM_PARAM_CMDLINE, text, PAGE));
	EXPECT_EQ(-EINVAL, with_string(self->fd, MSM_PARAM_CMDLINE, text, PAGE + 1));
	EXPECT_EQ(-EINVAL, with_string(self->fd, MSM_PARAM_COMM, text, 0xffffffff));
}

TEST_F(msm, a_name_at_a_bad_address)
{
	EXPECT_EQ(-EFAULT, set_param(self->fd, MSM_PARAM_COMM, BAD_ADDRESS, 4));
}

TEST_F(msm, system_profiling_has_three_levels)
{
	EXPECT_EQ(0, set_param(self->fd, MSM_PARAM_SYSPROF, 1, 0));
	EXPECT_EQ(0, set_param(self->fd, MSM_PARAM_SYSPROF, 2, 0));
	EXPECT_EQ(0, set_param(self->fd, MSM_PARAM_SYSPROF, 0, 0));
	EXPECT_EQ(-EINVAL, set_param(self->fd, MSM_PARAM_SYSPROF, 3, 0));
	EXPECT_EQ(-EINVAL, set_param(self->fd, MSM_PARAM_SYSPROF, 1, 4));
	/* Upstream looks at the low 32 bits. */
	EXPECT_EQ(is_msmxx() ? -EINVAL : 0, set_param(self->fd, MSM_PARAM_SYSPROF, 1ull << 32, 0));
}

/* Level 2 keeps the GPU on, for much longer than it stays on by itself; level 1 does not. */
TEST_F(msm, system_profiling_keeps_the_gpu_on)
{
	uint64_t before, after;

	ASSERT_EQ(0, set_param(self->fd, MSM_PARAM_SYSPROF, 2, 0));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &before));
	usleep(500000);
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &after));
	EXPECT_EQ(before, after);
	ASSERT_EQ(0, set_param(self->fd, MSM_PARAM_SYSPROF, 1, 0));
	EXPECT_TRUE(sleeps_again(self->fd, before));
}

/* Level 2 keeps the GPU on, but a file that goes away gives it back. */
TEST_F(msm, system_profiling_ends_with_its_file)
{
	uint64_t before;
	int fd = open_msm();

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, set_param(fd, MSM_PARAM_SYSPROF, 2, 0));
	ASSERT_EQ(0, get_param(self->fd, MSM_PARAM_SUSPENDS, &before));
	close(fd);
	EXPECT_TRUE(sleeps_again(self->fd, before));
}

TEST_F(msm, system_profiling_is_privileged)
{
	ASSERT_EQ(0, seteuid(65534));
	EXPECT_EQ(-EPERM, set_param(self->fd, MSM_PARAM_SYSPROF, 1, 0));
	ASSERT_EQ(0, seteuid(0));
}

/* The address space of this file exists already: the fixture has read a parameter. */
TEST_F(msm, vm_bind_comes_too_late)
{
	EXPECT_EQ(has_vm_bind(self->fd) ? -EBUSY : -EINVAL,
		  set_param(self->fd, MSM_PARAM_EN_VM_BIND, 1, 0));
}

TEST_F(msm, read_only_and_unknown_are_invalid)
{
	static const uint32_t params[] = {
		0,    MSM_PARAM_GPU_ID, MSM_PARAM_TIMESTAMP, MSM_PARAM_FAULTS, MSM_PARAM_AQE,
		0x18, 0xffffffff};

	for (unsigned int i = 0; i < ARRAY_SIZE(params); i++) {
		EXPECT_EQ(-EINVAL, set_param(self->fd, params[i], 0, 0))
		TH_LOG("parameter %#x", params[i]);
	}
}

TEST_F(msm, pipe_and_padding)
{
	struct drm_msm_param request = {MSM_PIPE_2D0, MSM_PARAM_SYSPROF};

	EXPECT_EQ(-EINVAL, test_ioctl(self->fd, DRM_IOCTL_MSM_SET_PARAM, &request));
	request.pipe = MSM_PIPE_3D0;
	request.pad = 1;
	EXPECT_EQ(-EINVAL, test_ioctl(self->fd, DRM_IOCTL_MSM_SET_PARAM, &request));
}

TEST_HARNESS_MAIN
