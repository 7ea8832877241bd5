// SPDX-License-Identifier: GPL-2.0-only
/* Defect 24: the module is unloaded and its nodes stay, leading to code that is gone. */
#include <stdlib.h>
#include <sys/syscall.h>

#include "../fixture.h"

TEST(nodes_go_with_the_driver)
{
	const char *module = is_msmxx() ? "msmxx" : "msm";
	char command[64];
	struct job job;
	int fd, ret = -EBUSY;

	/* What others have left to workers holds it for a while. */
	for (int i = 0; i < 50 && ret; i++) {
		ret = syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
		if (ret)
			usleep(100000);
	}
	ASSERT_EQ(0, ret);
	EXPECT_EQ(-ENODEV, open_msm());

	snprintf(command, sizeof(command), "modprobe %s", module);
	ASSERT_EQ(0, system(command));
	fd = open_again();
	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, job_init(&job, fd));
	job_write(&job, 0, 1);
	ASSERT_EQ(0, job_submit(&job));
	EXPECT_EQ(0, job_finish(&job));
	EXPECT_EQ(1, job.memory.map[0]);
	close(fd);
}

TEST_HARNESS_MAIN
