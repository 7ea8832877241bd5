// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 20: a lock that the freeing of a buffer takes, in whoever reclaims memory, is held over an
 * allocation elsewhere. Lockdep tells.
 */
#include <glob.h>

#include "../fixture.h"

static bool shrink(void)
{
	bool done = false;
	glob_t found;

	if (glob("/sys/kernel/debug/dri/*/shrink", 0, NULL, &found) &&
	    glob("/sys/kernel/debug/shrinker/drm-msm_gem-*/scan", 0, NULL, &found))
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *text = strstr(found.gl_pathv[i], "scan") ? "0 0 1000" : "1000";
		int fd = open(found.gl_pathv[i], O_WRONLY | O_CLOEXEC);

		done |= fd >= 0 && write(fd, text, strlen(text)) > 0;
		if (fd >= 0)
			close(fd);
	}
	globfree(&found);
	return done;
}

TEST_F(msm, buffers_made_used_reclaimed_and_freed)
{
	struct drm_msm_gem_madvise advise = {.madv = MSM_MADV_DONTNEED};
	struct job job;

	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, job_init(&job, self->fd));
		job_write(&job, 0, 1);
		ASSERT_EQ(0, job_submit(&job));
		ASSERT_EQ(0, job_finish(&job));
		advise.handle = job.memory.handle;
		ASSERT_EQ(0, test_ioctl(self->fd, DRM_IOCTL_MSM_GEM_MADVISE, &advise));
		if (!shrink())
			SKIP(return, "no debugfs file asks for reclaim");
		munmap((void *)job.memory.map, job.memory.size);
		munmap((void *)job.code.map, job.code.size);
		ASSERT_EQ(0, gem_close(self->fd, job.memory.handle));
		ASSERT_EQ(0, gem_close(self->fd, job.code.handle));
	}
}

TEST_HARNESS_MAIN
