/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record in which the command processor tells the driver how far it has come. The driver's memory
 * is in the upper half of every address space, and on these chips command streams can write this part
 * of it.
 */
#pragma once

#include "debugfs.h"
#include "msm_job.h"

/** memptrs_iova() - where the record is, as debugfs tells root; 0 if it does not */
static inline uint64_t memptrs_iova(int fd)
{
	char *text = debugfs_read(fd, "gem"), *found = text ? strstr(text, "memptrs") : NULL;
	uint64_t iova = 0;

	/* The line after a buffer's own has its mappings: [gpu: vm=…, IOVA, mapped] */
	if (found)
		found = strstr(found, "vm=");
	if (found)
		found = strchr(found, ',');
	if (found)
		iova = strtoull(found + 1, NULL, 16);
	free(text);
	return iova;
}

/* Words at the start of the record, as the job finds them when it runs; 0 or -errno */
static inline int read_memptrs(int fd, uint64_t iova, uint32_t words[16])
{
	struct job job;
	int ret = job_init(&job, fd);

	job_packet(&job, CP_MEMCPY, 5);
	job_word(&job, 16);
	job_address(&job, iova);
	job_address(&job, job.memory.iova);
	ret = ret ?: job_submit(&job);
	ret = ret ?: job_finish(&job);
	for (int i = 0; !ret && i < 16; i++)
		words[i] = job.memory.map[i];
	return ret;
}

/**
 * find_fence_record() - by what a stream can find it: it is what counts jobs
 * @iova: its address
 * @value: what a job that is now submitted will find there, if no other is
 *
 * Return: 0 or -errno, -ENOENT if there is none.
 */
static inline int find_fence_record(int fd, uint64_t *iova, uint32_t *value)
{
	uint64_t memptrs = memptrs_iova(fd);
	uint32_t before[16], after[16];
	int ret = memptrs ? 0 : -ENOENT;

	ret = ret ?: read_memptrs(fd, memptrs, before);
	ret = ret ?: read_memptrs(fd, memptrs, after);
	for (int i = 0; !ret && i < 16; i++) {
		if (after[i] != before[i] + 1)
			continue;
		*iova = memptrs + i * 4;
		*value = after[i] + 1;
		return 0;
	}
	return ret ?: -ENOENT;
}

/** job_forge() - writes @value to the record at @iova, and interrupts as the driver's own jobs do */
static inline void job_forge(struct job *job, uint64_t iova, uint32_t value)
{
	const uint32_t cache_flush_ts = 4, interrupt = 1u << 31;

	job_packet(job, CP_EVENT_WRITE, 4);
	job_word(job, cache_flush_ts | interrupt);
	job_address(job, iova);
	job_word(job, value);
}
