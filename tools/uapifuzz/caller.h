/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thread that makes calls, and what its calls are made with. A call fills in a structure so that
 * it may well succeed; issue() then spoils a field of it now and then, or the ioctl's number, or
 * the address, and does it.
 */
#pragma once

#include <errno.h>
#include <setjmp.h>
#include <stddef.h>

#include "random.h"
#include "user_memory.h"
#include "world.h"

/** enum kind - what a field may be spoilt with */
enum kind {
	VALUE,  /* any number */
	HANDLE, /* any handle, but of the ground */
	COUNT, /* a number that is not absurd: the DRM core warns when it cannot allocate as much */
	POINTER, /* an address that harms nobody */
};

/** struct field - of an ioctl's structure */
struct field {
	size_t offset;
	size_t size;
	enum kind kind;
};

#define FIELD(type, member, kind) \
	{offsetof(struct type, member), sizeof(((struct type *)0)->member), kind}

enum { MAX_ERRNO = 133 };

/**
 * struct caller - one thread
 * @fd: of the file that this call goes to; another thread may close it any time
 * @calls: made so far; the watchdog looks at it
 */
struct caller {
	struct random random;
	struct world *world;
	struct file *file;
	int fd;
	struct user_memory memory;
	atomic_ulong calls;
};

/** pick() - below(), of the call's chance */
static inline uint32_t pick(struct caller *caller, uint32_t limit)
{
	return below(&caller->random, limit);
}

/** chance() - one_in(), of the call's chance */
static inline bool chance(struct caller *caller, uint32_t times)
{
	return one_in(&caller->random, times);
}

/** pick_buffer() - a handle: one there is or was, or one there never was; not of the ground */
uint32_t pick_buffer(struct caller *caller);
/** pick_queue() - the same, @slot: where it was found */
uint32_t pick_queue(struct caller *caller, unsigned int *slot);
uint32_t pick_syncobj(struct caller *caller);
/** pick_fd() - a descriptor in one of @slots, or none */
int pick_fd(struct caller *caller, atomic_int *slots);
/** pick_point() - of a timeline */
uint64_t pick_point(struct caller *caller);
/** pick_deadline() - in ns of CLOCK_MONOTONIC; past, near, or never */
int64_t pick_deadline(struct caller *caller);

/** keep_fd() - puts a descriptor where others find it, and closes what was there */
void keep_fd(struct caller *caller, atomic_int *slots, int fd);

/**
 * issue() - an ioctl of the caller's file
 * @value: the structure; holds on return what the kernel made of it
 *
 * Return: 0 or more, or -errno.
 */
int issue(struct caller *caller, unsigned long request, void *value, const struct field *fields,
	  size_t count);

/** ISSUE() - issue() with an array of fields */
#define ISSUE(caller, request, value, fields) \
	issue(caller, request, value, fields, sizeof(fields) / sizeof((fields)[0]))

/** issue_on() - any descriptor's ioctl, as it is; 0 or more, or -errno */
int issue_on(int fd, unsigned long request, void *value);

/** touch() - reads, and writes if @write, a byte of each page; a signal for one only ends it */
void touch(volatile unsigned char *map, size_t bytes, bool write);

/** catch_signals() - those of touch(), and the watchdog's, which only interrupts; once */
void catch_signals(void);

/** struct call - a kind of call
 * @weight: how often, among the others
 * @succeeds: whether a long run must have seen it succeed
 * @make: does it; 0 or more, or -errno
 */
struct call {
	const char *name;
	unsigned int weight;
	bool succeeds;
	int (*make)(struct caller *caller);
};

/* Ended by one without a name. */
extern const struct call gem_calls[], submit_calls[], queue_calls[], sync_calls[], share_calls[],
	file_calls[];
