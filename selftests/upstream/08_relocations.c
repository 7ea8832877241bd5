// SPDX-License-Identifier: GPL-2.0-only
/* Defect 8: the relocations of a submit that fails are never freed. */
#include <stdlib.h>

#include "../fixture.h"

#define RELOCS 4096

/* Kilobytes that the kernel has allocated for itself. */
static long slab(void)
{
	char line[128];
	long kilobytes = -1;
	FILE *file = fopen("/proc/meminfo", "re");

	while (file && fgets(line, sizeof(line), file))
		sscanf(line, "SUnreclaim: %ld", &kilobytes);
	if (file)
		fclose(file);
	return kilobytes;
}

TEST_F(msm, a_failed_submit_leaves_nothing)
{
	struct drm_msm_gem_submit_reloc *relocs = calloc(RELOCS, sizeof(*relocs));
	struct job job;
	long before;

	ASSERT_NE(NULL, relocs);
	ASSERT_EQ(0, job_init(&job, self->fd));
	job_write(&job, 0, 1);
	job.cmd.relocs = (uintptr_t)relocs;
	job.cmd.nr_relocs = RELOCS;
	before = slab();
	/* Of what is lost 96 KiB each time, there would be 48 MiB. */
	for (int i = 0; i < 512; i++) {
		ASSERT_EQ(-EINVAL, job_submit(&job));
	}
	EXPECT_LT(slab(), before + 16 * 1024);
	free(relocs);
}

TEST_HARNESS_MAIN
