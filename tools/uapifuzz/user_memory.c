// SPDX-License-Identifier: GPL-2.0-only
#include "user_memory.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE_SIZE 4096ul

/* In pages: arguments (an ioctl's size has 14 bits), a hole, arrays, a hole, read-only, a hole. */
enum { ARGUMENTS = 4, ARRAYS = 64, HOLE = 1, READ_ONLY = 1 };

#define ARGUMENTS_END (ARGUMENTS * PAGE_SIZE)
#define ARRAYS_START  (ARGUMENTS_END + HOLE * PAGE_SIZE)
#define ARRAYS_END    (ARRAYS_START + ARRAYS * PAGE_SIZE)
#define READ_ONLY_AT  (ARRAYS_END + HOLE * PAGE_SIZE)
#define ALL           (READ_ONLY_AT + (READ_ONLY + HOLE) * PAGE_SIZE)

bool user_memory_create(struct user_memory *memory)
{
	unsigned char *base = mmap(NULL, ALL, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (base == MAP_FAILED)
		return false;
	*memory = (struct user_memory){.base = base};
	return !mprotect(base, ARGUMENTS_END, PROT_READ | PROT_WRITE) &&
	       !mprotect(base + ARRAYS_START, ARRAYS * PAGE_SIZE, PROT_READ | PROT_WRITE) &&
	       !mprotect(base + READ_ONLY_AT, READ_ONLY * PAGE_SIZE, PROT_READ);
}

void user_memory_reset(struct user_memory *memory)
{
	memset(memory->base + ARRAYS_START, 0, memory->head);
	memset(memory->base + ARRAYS_END - memory->tail, 0, memory->tail);
	memory->head = memory->tail = 0;
}

void *place_argument(struct user_memory *memory, struct random *random, const void *value,
		     size_t size)
{
	unsigned char *at = memory->base;

	if (one_in(random, 2))
		at += ARGUMENTS_END - size;
	return memcpy(at, value, size);
}

void *place_array(struct user_memory *memory, struct random *random, const void *array, size_t size)
{
	size_t aligned = (size + 7) & ~7ul;
	unsigned char *at;

	if (aligned > ARRAYS * PAGE_SIZE - memory->head - memory->tail)
		return NULL;
	if (one_in(random, 4)) {
		memory->tail += aligned;
		at = memory->base + ARRAYS_END - memory->tail + (aligned - size);
	} else {
		at = memory->base + ARRAYS_START + memory->head;
		memory->head += aligned;
	}
	return memcpy(at, array, size);
}

uint64_t bad_address(const struct user_memory *memory, struct random *random)
{
	const uint64_t base = (uintptr_t)memory->base;
	const uint64_t addresses[] = {
		0,
		1,
		base + ARGUMENTS_END,       /* nothing there */
		base + ARRAYS_END - 4,      /* the first word is */
		base + ARRAYS_END - 17,     /* and not aligned */
		base + READ_ONLY_AT,        /* zeros, not to be written */
		base + ALL - PAGE_SIZE * 2, /* the same: the page before the last hole */
		1ull << 47,                 /* above what an arm64 process usually has */
		(1ull << 48) - 8,           /* the end of what it can have */
		0x00ff000000000000ull,      /* no address at all */
		0xffff000000000000ull,      /* the kernel's own */
		0xffffffffffffffffull,
	};

	return RANDOM_OF(random, addresses);
}
