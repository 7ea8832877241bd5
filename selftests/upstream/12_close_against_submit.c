// SPDX-License-Identifier: GPL-2.0-only
/*
 * Defect 12: a buffer is closed between a submit's look at its handle and the mapping of it. The
 * mapping is then made for a handle that is gone, and nobody removes it: the buffer and the address
 * space are lost for good.
 *
 * A page of the submit's arguments that is missing at the right moment (userfaultfd) makes the race
 * a certainty; its sum is taken from debugfs.
 */
#define _GNU_SOURCE
#include <glob.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/syscall.h>

#include "../fixture.h"

/* Buffers that exist on the device, -1 if nobody tells. */
static long buffers(void)
{
	char line[256];
	long total = -1;
	glob_t found;
	FILE *file;

	if (glob("/sys/kernel/debug/dri/*/gem", 0, NULL, &found))
		return -1;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		file = fopen(found.gl_pathv[i], "re");
		while (file && fgets(line, sizeof(line), file))
			sscanf(line, "Total: %ld objects", &total);
		if (file)
			fclose(file);
	}
	globfree(&found);
	return total;
}

static void *submit(void *data)
{
	return (void *)(intptr_t)job_submit(data);
}

/* A page that stops whoever first reads it; the userfaultfd or -errno */
static int make_trap(void **page)
{
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {.mode = UFFDIO_REGISTER_MODE_MISSING};
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0)
		return -errno;
	*page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (uintptr_t)*page;
	range.range.len = PAGE;
	if (ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range))
		return -errno;
	return fd;
}

TEST(a_handle_closed_within_a_submit)
{
	static char content[PAGE] __attribute__((aligned(PAGE)));
	int fd = open_msm(), trap;
	struct uffd_msg message;
	struct job job;
	pthread_t thread;
	uint64_t chip;
	void *page = NULL, *ret;
	long before;

	ASSERT_GE(fd, 0);
	ASSERT_EQ(0, get_param(fd, MSM_PARAM_CHIP_ID, &chip));
	before = buffers();
	if (before < 0)
		SKIP(return, "nothing counts buffers");
	ASSERT_EQ(0, job_init(&job, fd));
	job_write(&job, 0, 1);
	trap = make_trap(&page);
	if (trap < 0)
		SKIP(return, "no userfaultfd");
	memcpy(content, &job.cmd, sizeof(job.cmd));
	job.submit.cmds = (uintptr_t)page;
	ASSERT_EQ(0, pthread_create(&thread, NULL, submit, &job));

	ASSERT_EQ(sizeof(message), read(trap, &message, sizeof(message)));
	ASSERT_EQ(0, gem_close(fd, job.memory.handle));
	struct uffdio_copy copy = {.dst = (uintptr_t)page, .src = (uintptr_t)content, .len = PAGE};
	ASSERT_EQ(0, ioctl(trap, UFFDIO_COPY, &copy));
	ASSERT_EQ(0, pthread_join(thread, &ret));
	TH_LOG("the submit returned %ld", (long)(intptr_t)ret);
	if (!ret) {
		EXPECT_EQ(0, job_finish(&job));
	}

	munmap((void *)job.code.map, job.code.size);
	munmap((void *)job.memory.map, job.memory.size);
	close(fd);
	for (int i = 0; i < 200 && buffers() > before; i++)
		usleep(50000);
	EXPECT_LE(buffers(), before);
}

TEST_HARNESS_MAIN
