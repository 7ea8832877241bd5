// SPDX-License-Identifier: GPL-2.0-only
/* Whole files: closed while others use them, and used by processes that inherit them and die. */
#include "caller.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <drm/msm_drm.h>

/* Now and then the file goes under everyone's hands, with all that it has; its jobs drain. */
static int reopen(struct caller *caller)
{
	struct file *file = caller->file;
	uint64_t code, memory;
	int fd = open_ground(&code, &memory);

	if (fd >= 0 && !chance(caller, 3)) {
		close(fd);
		return 0;
	}
	if (fd < 0)
		return fd;
	/* Commands name addresses: a new file must have its ground where the others do. */
	if (code != caller->world->code || memory != caller->world->memory) {
		close(fd);
		return -ERANGE;
	}
	for (int i = 0; i < BUFFERS; i++)
		atomic_store(&file->buffers[i], 0);
	for (int i = 0; i < SYNCOBJS; i++)
		atomic_store(&file->syncobjs[i], 0);
	for (int i = 0; i < QUEUES; i++) {
		atomic_store(&file->queues[i], 0);
		atomic_store(&file->fences[i], 0);
	}
	close_slot(&file->fd, fd);
	return 0;
}

/* What a child does with what it has inherited; its memory is its own. */
static void be_a_child(struct caller *caller)
{
	const struct call *calls[] = {gem_calls, submit_calls, queue_calls, sync_calls,
				      share_calls};

	for (int i = 0; i < 8; i++) {
		const struct call *call = RANDOM_OF(&caller->random, calls);
		unsigned int count = 0;

		while (call[count].name)
			count++;
		user_memory_reset(&caller->memory);
		call[pick(caller, count)].make(caller);
	}
	_exit(0);
}

static bool has_ended(pid_t child, int options)
{
	pid_t ret;

	do {
		ret = waitpid(child, NULL, options);
	} while (ret < 0 && errno == EINTR);
	return ret == child;
}

/* A child that does some calls, and is killed if it gets no time for them. */
static int fork_child(struct caller *caller)
{
	unsigned int patience_ms = pick(caller, 40);
	pid_t child = fork();

	if (child < 0)
		return -errno;
	if (!child)
		be_a_child(caller);
	while (patience_ms--) {
		if (has_ended(child, WNOHANG))
			return 0;
		usleep(1000);
	}
	kill(child, SIGKILL);
	has_ended(child, 0);
	return 0;
}

const struct call file_calls[] = {
	{"open and close", 1, true, reopen},
	{"fork", 1, true, fork_child},
	{},
};
