// SPDX-License-Identifier: GPL-2.0-only
/* Defect 34: who touches what he said he does not need makes the kernel warn. */
#include <signal.h>
#include <sys/wait.h>

#include "../fixture.h"

TEST_F(msm, a_fault_is_the_process_s_own_business)
{
	struct drm_msm_gem_madvise advise = {.madv = MSM_MADV_DONTNEED};
	struct drm_msm_gem_info offset = {.info = MSM_INFO_GET_OFFSET};
	volatile uint32_t *map;
	uint32_t handle;
	int status;
	pid_t child;

	ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
	advise.handle = offset.handle = handle;
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_INFO, &offset));
	map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd, offset.value);
	ASSERT_NE(MAP_FAILED, map);
	ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_MADVISE, &advise));
	child = fork();
	ASSERT_GE(child, 0);
	if (!child) {
		signal(SIGBUS, SIG_DFL);
		(void)map[0];
		_exit(0);
	}
	ASSERT_EQ(child, waitpid(child, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

TEST_HARNESS_MAIN
