/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the threads quarrel about: some open files with their objects, and what passes between
 * files. A slot is only ever exchanged, and whoever takes an object out of one owns it; meanwhile
 * other threads go on using it, which is the point.
 *
 * The first two objects of each file are its *ground*: a buffer with commands and one that they
 * write to, at the same addresses in each file. No call closes or moves them, so whatever is
 * submitted runs good commands, and a fault of the GPU is the driver's; but for runs that are to
 * have harmful jobs too, whose commands are the ground's as well.
 */
#pragma once

#include <stdatomic.h>

#include "random.h"

enum { FILES = 3, BUFFERS = 16, QUEUES = 6, SYNCOBJS = 6, FDS = 8 };

/* Handles of the ground, which the DRM core gives out in order. */
enum { CODE = 1, MEMORY = 2 };

/*
 * Within CODE: a page of packets of one word that do nothing, one of packets that write, and one
 * with harmful sequences, a slot for each; the first faults, the others hang.
 */
enum { PAGE_BYTES = 4096, CODE_BYTES = 3 * PAGE_BYTES, WRITE_BYTES = 16 };
enum { HARMS_AT = 2 * PAGE_BYTES, HARM_BYTES = 64, FAULT = 0, HARMS = 6 };

/** struct file - an open file and what was made through it; 0 and -1 are empty slots */
struct file {
	atomic_int fd;
	atomic_uint buffers[BUFFERS];
	atomic_uint queues[QUEUES];
	/* A fence's number of each queue. */
	atomic_uint fences[QUEUES];
	atomic_uint syncobjs[SYNCOBJS];
};

/** struct world - all of it */
struct world {
	struct file files[FILES];
	atomic_int sync_files[FDS];
	atomic_int dma_bufs[FDS];
	/* Fences that someone else signals, or never; -1 where the kernel has none. */
	atomic_int sw_sync;
	/* The ground's addresses. */
	uint64_t code, memory;
	/* One in so many submits hangs or faults; 0: none. */
	unsigned int harm_every;
};

/** world_create() - 0 or -errno; @harm_every: as in the struct */
int world_create(struct world *world, unsigned int harm_every);

/** world_destroy() - after the last thread */
void world_destroy(struct world *world);

/** open_ground() - a new file with its ground; a descriptor or -errno */
int open_ground(uint64_t *code, uint64_t *memory);

/** close_slot() - empties a slot of descriptors and closes what was in it */
void close_slot(atomic_int *slot, int replacement);
