// SPDX-License-Identifier: GPL-2.0-only
#include "caller.h"

#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <drm/msm_drm.h>
#include <sys/ioctl.h>

static _Thread_local sigjmp_buf out_of_touch;
static _Thread_local volatile sig_atomic_t touching;

static void on_fault(int number)
{
	if (touching)
		siglongjmp(out_of_touch, 1);
	/* A fault of this program itself. */
	signal(number, SIG_DFL);
	raise(number);
}

/* Without SA_RESTART: what waits is interrupted. */
static void on_watchdog(int number)
{
	(void)number;
}

void catch_signals(void)
{
	struct sigaction fault = {.sa_handler = on_fault, .sa_flags = SA_NODEFER};
	struct sigaction watchdog = {.sa_handler = on_watchdog};

	sigaction(SIGBUS, &fault, NULL);
	sigaction(SIGSEGV, &fault, NULL);
	sigaction(SIGUSR1, &watchdog, NULL);
}

void touch(volatile unsigned char *map, size_t bytes, bool write)
{
	if (!sigsetjmp(out_of_touch, 1)) {
		touching = true;
		for (size_t i = 0; i < bytes; i += PAGE_BYTES) {
			unsigned char byte = map[i];

			if (write)
				map[i] = byte;
		}
	}
	touching = false;
}

/* One that is there, if a few looks find one. */
static uint32_t pick_slot(struct caller *caller, atomic_uint *slots, unsigned int count)
{
	uint32_t found = 0;

	for (int looks = 0; !found && looks < 4; looks++)
		found = atomic_load(&slots[pick(caller, count)]);
	return found;
}

uint32_t pick_buffer(struct caller *caller)
{
	static const uint32_t strange[] = {0, 0x7fffffff, 0x80000000, 0xffffffff};

	if (chance(caller, 64))
		return RANDOM_OF(&caller->random, strange);
	if (chance(caller, 32))
		return MEMORY + 1 + pick(caller, 40);
	return pick_slot(caller, caller->file->buffers, BUFFERS);
}

uint32_t pick_queue(struct caller *caller, unsigned int *slot)
{
	*slot = pick(caller, QUEUES);
	if (chance(caller, 32))
		return boundary(&caller->random);
	return atomic_load(&caller->file->queues[*slot]);
}

uint32_t pick_syncobj(struct caller *caller)
{
	if (chance(caller, 32))
		return boundary(&caller->random);
	return pick_slot(caller, caller->file->syncobjs, SYNCOBJS);
}

int pick_fd(struct caller *caller, atomic_int *slots)
{
	int fd = -1;

	for (int looks = 0; fd < 0 && looks < 4; looks++)
		fd = atomic_load(&slots[pick(caller, FDS)]);
	return chance(caller, 32) ? -1 : fd;
}

uint64_t pick_point(struct caller *caller)
{
	switch (pick(caller, 8)) {
	case 0:
		return boundary(&caller->random);
	case 1:
		return (1ull << 32) + pick(caller, 4);
	case 2:
	case 3:
		return 1 + pick(caller, 8);
	default:
		return 0;
	}
}

int64_t pick_deadline(struct caller *caller)
{
	struct timespec now;

	switch (pick(caller, 16)) {
	case 0:
		return boundary(&caller->random);
	case 1:
		return INT64_MAX;
	case 2:
	case 3:
		return 0;
	default:
		clock_gettime(CLOCK_MONOTONIC, &now);
		return now.tv_sec * 1000000000ll + now.tv_nsec + pick(caller, 3000000);
	}
}

void keep_fd(struct caller *caller, atomic_int *slots, int fd)
{
	close_slot(&slots[pick(caller, FDS)], fd);
}

int issue_on(int fd, unsigned long request, void *value)
{
	int ret = ioctl(fd, request, value);

	return ret < 0 ? -errno : ret;
}

static void spoil(struct caller *caller, unsigned char *value, const struct field *field)
{
	uint64_t spoilt = 0;

	switch (field->kind) {
	case POINTER:
		spoilt = bad_address(&caller->memory, &caller->random);
		break;
	case HANDLE:
		spoilt = pick_buffer(caller);
		break;
	case COUNT:
		spoilt = pick(caller, 1 << pick(caller, 17));
		break;
	case VALUE:
		memcpy(&spoilt, value + field->offset, field->size);
		if (chance(caller, 2))
			spoilt ^= 1ull << pick(caller, 8 * field->size);
		else
			spoilt = boundary(&caller->random);
		break;
	}
	memcpy(value + field->offset, &spoilt, field->size);
}

/* Another direction, or another size. */
static unsigned long spoil_request(struct caller *caller, unsigned long request)
{
	if (chance(caller, 2))
		return request ^ (unsigned long)(1 + pick(caller, 3)) << _IOC_DIRSHIFT;
	return (request & ~((unsigned long)_IOC_SIZEMASK << _IOC_SIZESHIFT)) |
	       (unsigned long)pick(caller, 1 << _IOC_SIZEBITS) << _IOC_SIZESHIFT;
}

int issue(struct caller *caller, unsigned long request, void *value, const struct field *fields,
	  size_t count)
{
	const size_t size = _IOC_SIZE(request);
	unsigned char *argument;
	int fd = caller->fd, ret;

	argument = place_argument(&caller->memory, &caller->random, value, size);
	while (chance(caller, 5))
		spoil(caller, argument, &fields[pick(caller, count)]);
	if (chance(caller, 128))
		request = spoil_request(caller, request);
	if (chance(caller, 256))
		return issue_on(fd, request, (void *)bad_address(&caller->memory, &caller->random));
	if (chance(caller, 256))
		fd = dup(fd);
	ret = issue_on(fd, request, argument);
	if (fd != caller->fd)
		close(fd);
	memcpy(value, argument, size);
	return ret;
}
