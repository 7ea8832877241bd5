/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory that a thread's ioctls point to: areas for arguments and for the arrays they name,
 * each followed by a page that is not there, and a page that cannot be written. Addresses that an
 * ioctl must refuse come from here too, so that no call writes over anything else of this process.
 */
#pragma once

#include "random.h"

/** struct user_memory - of one thread */
struct user_memory {
	unsigned char *base;
	/* Bytes of the array area that this call has used at its start, and at its end. */
	size_t head, tail;
};

/** user_memory_create() - false if there is no memory */
bool user_memory_create(struct user_memory *memory);

/** user_memory_reset() - a new call begins: what was placed is forgotten, and cleared */
void user_memory_reset(struct user_memory *memory);

/** place_argument() - a copy of @value for an ioctl, which copies as much as it likes from there;
 * often the memory ends right behind */
void *place_argument(struct user_memory *memory, struct random *random, const void *value,
		     size_t size);

/** place_array() - a copy of @array, with zeros, another array or nothing behind it; null if there
 * is no room */
void *place_array(struct user_memory *memory, struct random *random, const void *array,
		  size_t size);

/** bad_address() - one that cannot be read, or not written, or only begins well */
uint64_t bad_address(const struct user_memory *memory, struct random *random);
