// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-fence.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/sync_file.h>

#include "bridge/fence.h"
#include "bridge/time.h"

void bridge_fence_get(struct dma_fence *fence)
{
	dma_fence_get(fence);
}

void bridge_fence_put(struct dma_fence *fence)
{
	dma_fence_put(fence);
}

bool bridge_fence_is_signaled(struct dma_fence *fence)
{
	return dma_fence_is_signaled(fence);
}

int bridge_fence_status_error(struct dma_fence *fence)
{
	int status = dma_fence_get_status(fence);

	return status < 0 ? status : 0;
}

u64 bridge_fence_context(struct dma_fence *fence)
{
	return fence->context;
}

u64 bridge_fence_seqno(struct dma_fence *fence)
{
	return fence->seqno;
}

u64 bridge_fence_context_alloc(u32 count)
{
	return dma_fence_context_alloc(count);
}

int bridge_fence_wait(struct dma_fence *fence, bool interruptible, u64 deadline)
{
	long left;

	/* Jiffies may lag behind the clock, and catch up while it waits. */
	do {
		left = dma_fence_wait_timeout(fence, interruptible, bridge_jiffies_until(deadline));
	} while (!left && ktime_get_ns() < deadline);
	if (left < 0)
		return left;
	/* With no time at all to wait, 0 says nothing about the fence. */
	return left || dma_fence_is_signaled(fence) ? 0 : -ETIMEDOUT;
}

void bridge_fence_boost(struct dma_fence *fence)
{
	dma_fence_set_deadline(fence, ktime_get());
}

struct dma_fence *bridge_sync_file_get_fence(int fd)
{
	return sync_file_get_fence(fd);
}

struct file *bridge_sync_file_create(struct dma_fence *fence)
{
	struct sync_file *sync_file = sync_file_create(fence);

	return sync_file ? sync_file->file : NULL;
}

int bridge_fd_reserve(void)
{
	return get_unused_fd_flags(O_CLOEXEC);
}

void bridge_fd_install(int fd, struct file *file)
{
	fd_install(fd, file);
}

void bridge_fd_put(int fd)
{
	put_unused_fd(fd);
}

void bridge_file_put(struct file *file)
{
	fput(file);
}
