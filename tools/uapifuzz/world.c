// SPDX-License-Identifier: GPL-2.0-only
#include "world.h"

#include <string.h>

#include "selftests/msm_hang.h"

/* Nothing is mapped there, as no call chooses it. */
static const uint64_t unmapped = 0x7ffff003a4;

static uint32_t packet(enum packet opcode, uint32_t count)
{
	return 7u << 28 | odd_parity(opcode) << 23 | opcode << 16 | odd_parity(count) << 15 | count;
}

static void wait_for_ever(struct job *job)
{
	/* Behind what the second page writes. */
	job_wait(job, PAGE_BYTES / 4 - 1);
}

static void write_to_nowhere(struct job *job)
{
	job_packet(job, CP_MEM_WRITE, 3);
	job_address(job, unmapped);
	job_word(job, 1);
}

static void write_harms(const struct buffer *code, const struct buffer *memory)
{
	static void (*const harms[HARMS])(struct job *) = {
		[FAULT] = write_to_nowhere,
		wait_for_ever,
		job_bad_header,
		job_bad_opcode,
		job_protected,
		job_for_ever,
	};

	for (uint64_t i = 0; i < HARMS; i++) {
		const uint64_t at = HARMS_AT + i * HARM_BYTES;
		struct job job = {
			.code = {.map = code->map + at / 4, .iova = code->iova + at},
			.memory = *memory,
		};

		harms[i](&job);
		while (job.words < HARM_BYTES / 4)
			job_packet(&job, CP_NOP, 0);
	}
}

/* The second page writes each word of the memory's first quarter. */
static void write_code(const struct buffer *code, uint64_t memory)
{
	volatile uint32_t *word = code->map;

	for (int i = 0; i < PAGE_BYTES / 4; i++)
		*word++ = packet(CP_NOP, 0);
	for (int i = 0; i < PAGE_BYTES / WRITE_BYTES; i++) {
		*word++ = packet(CP_MEM_WRITE, 3);
		*word++ = memory + 4 * i;
		*word++ = (memory + 4 * i) >> 32;
		*word++ = 4 * i;
	}
}

int open_ground(uint64_t *code_iova, uint64_t *memory_iova)
{
	struct buffer code = {}, memory = {};
	int fd = open_msm(), ret;
	uint64_t chip;

	if (fd < 0)
		return fd;
	/* As clients do; stock msm has no address space before. */
	ret = get_param(fd, MSM_PARAM_CHIP_ID, &chip);
	if (!ret)
		ret = make_buffer(fd, CODE_BYTES, MSM_BO_WC, &code);
	if (!ret)
		ret = make_buffer(fd, PAGE_BYTES, MSM_BO_WC, &memory);
	if (!ret && (code.handle != CODE || memory.handle != MEMORY))
		ret = -EBADF;
	if (!ret) {
		write_code(&code, memory.iova);
		write_harms(&code, &memory);
	}
	if (code.map)
		munmap((void *)code.map, code.size);
	if (memory.map)
		munmap((void *)memory.map, memory.size);
	if (ret) {
		close(fd);
		return ret;
	}
	*code_iova = code.iova;
	*memory_iova = memory.iova;
	return fd;
}

void close_slot(atomic_int *slot, int replacement)
{
	int fd = atomic_exchange(slot, replacement);

	if (fd >= 0)
		close(fd);
}

int world_create(struct world *world, unsigned int harm_every)
{
	memset(world, 0, sizeof(*world));
	world->harm_every = harm_every;
	for (int i = 0; i < FDS; i++) {
		atomic_init(&world->sync_files[i], -1);
		atomic_init(&world->dma_bufs[i], -1);
	}
	for (int i = 0; i < FILES; i++)
		atomic_init(&world->files[i].fd, -1);
	atomic_init(&world->sw_sync, open("/sys/kernel/debug/sync/sw_sync", O_RDWR | O_CLOEXEC));

	for (int i = 0; i < FILES; i++) {
		int fd = open_ground(&world->code, &world->memory);

		if (fd < 0) {
			world_destroy(world);
			return fd;
		}
		atomic_store(&world->files[i].fd, fd);
	}
	return 0;
}

void world_destroy(struct world *world)
{
	for (int i = 0; i < FILES; i++)
		close_slot(&world->files[i].fd, -1);
	for (int i = 0; i < FDS; i++) {
		close_slot(&world->sync_files[i], -1);
		close_slot(&world->dma_bufs[i], -1);
	}
	close_slot(&world->sw_sync, -1);
}
