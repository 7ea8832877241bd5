/* SPDX-License-Identifier: GPL-2.0-only */
/* Jobs that hang, in several ways; how soon that is noticed; and whether the GPU sleeps afterwards. */
#pragma once

#include "msm_job.h"

#include <glob.h>
#include <linux/sync_file.h>
#include <stdlib.h>

/** read_text(), write_matching() - a file's first line or so, of the first file that @pattern matches; 0
 * or -errno */
static inline int open_text(const char *pattern, int flags)
{
	glob_t found;
	int fd;

	if (glob(pattern, 0, NULL, &found))
		return -ENOENT;
	fd = open(found.gl_pathv[0], flags | O_CLOEXEC);
	globfree(&found);
	return fd < 0 ? -errno : fd;
}

static inline int read_text(const char *pattern, char *text, size_t size)
{
	int fd = open_text(pattern, O_RDONLY);
	ssize_t count;

	if (fd < 0)
		return fd;
	count = read(fd, text, size - 1);
	close(fd);
	text[count < 0 ? 0 : count] = 0;
	return count < 0 ? -EIO : 0;
}

static inline int write_matching(const char *pattern, const char *text)
{
	int fd = open_text(pattern, O_WRONLY);
	int ret;

	if (fd < 0)
		return fd;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/** read_number() - the number in a file; -1 without one */
static inline long read_number(const char *pattern)
{
	char text[32];

	return read_text(pattern, text, sizeof(text)) ? -1 : atol(text);
}

/** write_number() - 0 or -errno */
static inline int write_number(const char *pattern, long number)
{
	char text[32];

	snprintf(text, sizeof(text), "%ld", number);
	return write_matching(pattern, text);
}

/** What a job that moves may take, by the priority of its queue: three numbers */
#define JOB_TIMEOUT "/sys/module/msmxx/parameters/job_timeout_ms"

/**
 * hangcheck_period() - have unfinished jobs looked after that often
 *
 * The shorter, the sooner a hang is over, and the less a busy machine may keep the GPU waiting. A job
 * that moves may do so for ten of them. Upstream rounds it up to seconds.
 */
static inline int hangcheck_period(long ms)
{
	char text[64];
	int ret;

	if (!is_msmxx())
		return write_number("/sys/kernel/debug/dri/[0-9]*/hangcheck_period_ms", ms);
	ret = write_number("/sys/module/msmxx/parameters/hangcheck_period_ms", ms);
	snprintf(text, sizeof(text), "%ld,%ld,%ld", 10 * ms, 10 * ms, 10 * ms);
	return ret ?: write_text(JOB_TIMEOUT, text);
}

/**
 * After a page fault, until another one is held back and shown again, us: half a second without any,
 * and one after a dump that nobody wanted
 */
#define FAULT_PAUSE_US 1200000

/** What a hang may take until it is over, ms */
#define HANG_PATIENCE 30000

static inline int job_wait_long(struct job *job)
{
	return wait_fence(job->fd, job->submit.queueid, job->submit.fence, HANG_PATIENCE);
}

/** fence_fd_status() - 0: not yet, 1: signalled, or the -errno it was signalled with */
static inline int fence_fd_status(int fence)
{
	struct sync_file_info info = {};
	int ret = test_ioctl(fence, SYNC_IOC_FILE_INFO, &info);

	return ret ? ret : info.status;
}

/** job_bad_header() - a word that begins no packet */
static inline void job_bad_header(struct job *job)
{
	job_word(job, 0x12345678);
}

/** job_bad_opcode() - a packet that does not exist */
static inline void job_bad_opcode(struct job *job)
{
	job_packet(job, 0x7f, 1);
	job_word(job, 0);
}

/** job_protected() - writes a register that jobs may not write (CP_SQE_CNTL) */
static inline void job_protected(struct job *job)
{
	const uint32_t reg = 0x808, count = 1;

	job_word(job, 4u << 28 | odd_parity(reg) << 27 | reg << 8 | odd_parity(count) << 7 | count);
	job_word(job, 1);
}

/** job_for_ever() - jumps back to its beginning, and so moves all the time */
static inline void job_for_ever(struct job *job)
{
	job_packet(job, CP_NOP, 1);
	job_word(job, 0);
	job_packet(job, CP_INDIRECT_BUFFER_CHAIN, 3);
	job_address(job, job->code.iova);
	job_word(job, job->words + 1);
}

/** suspends() - whether the GPU goes to sleep within @ms */
static inline bool suspends(int ms)
{
	static const char *const status = "/sys/bus/platform/devices/*.gpu/power/runtime_status";

	for (; ms > 0; ms -= 20) {
		char text[16] = "";
		glob_t found;
		int fd;

		if (glob(status, 0, NULL, &found))
			return false;
		fd = open(found.gl_pathv[0], O_RDONLY | O_CLOEXEC);
		globfree(&found);
		if (fd >= 0) {
			if (read(fd, text, sizeof(text) - 1) < 0)
				text[0] = 0;
			close(fd);
		}
		if (!strncmp(text, "suspended", 9))
			return true;
		usleep(20000);
	}
	return false;
}
