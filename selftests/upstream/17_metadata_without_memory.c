// SPDX-License-Identifier: GPL-2.0-only
/* Defect 17: SET_METADATA that finds no memory leaves the buffer locked. */
#include <sys/wait.h>

#include "../fail_nth.h"
#include "../fixture.h"

static int set_metadata(int fd, uint32_t handle)
{
	static char data[128];
	struct drm_msm_gem_info request = {handle, MSM_INFO_SET_METADATA, (uintptr_t)data,
					   sizeof(data)};

	return test_ioctl(fd, DRM_IOCTL_MSM_GEM_INFO, &request);
}

TEST_F_TIMEOUT(msm, the_buffer_can_be_used_afterwards, 60)
{
	uint32_t handle;

	if (!can_inject())
		SKIP(return, "no fault injection in this kernel");
	FOR_EACH_PASS(pass, failing)
	{
		pid_t child, done = 0;
		int status;

		ASSERT_EQ(0, gem_new(self->fd, PAGE, MSM_BO_WC, &handle));
		fail_nth(pass);
		set_metadata(self->fd, handle);
		failing = end_of_failing();

		/* Who waits for a lock that nobody gives back cannot even be killed. */
		child = fork();
		ASSERT_GE(child, 0);
		if (!child)
			_exit(set_metadata(self->fd, handle) != 0);
		for (int i = 0; i < 200 && !done; i++) {
			usleep(20000);
			done = waitpid(child, &status, WNOHANG);
		}
		ASSERT_EQ(child, done) TH_LOG("still locked after pass %d", pass);
		EXPECT_EQ(0, status);
	}
}

TEST_HARNESS_MAIN
