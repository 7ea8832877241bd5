// SPDX-License-Identifier: GPL-2.0-only
/* Buffers that pass between files: PRIME, dma-bufs and the fences in them. */
#include "caller.h"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <string.h>
#include <sys/mman.h>

#include <drm/msm_drm.h>

static int prime_export(struct caller *caller)
{
	static const struct field fields[] = {FIELD(drm_prime_handle, handle, HANDLE),
					      FIELD(drm_prime_handle, flags, VALUE)};
	struct drm_prime_handle request = {
		.handle = pick_buffer(caller),
		.flags = chance(caller, 2) ? DRM_CLOEXEC | DRM_RDWR : 0,
		.fd = -1,
	};
	int ret = ISSUE(caller, DRM_IOCTL_PRIME_HANDLE_TO_FD, &request, fields);

	if (!ret)
		keep_fd(caller, caller->world->dma_bufs, request.fd);
	return ret;
}

/* Into this file, most often not the one it comes from. The handle may be known already. */
static int prime_import(struct caller *caller)
{
	static const struct field fields[] = {FIELD(drm_prime_handle, fd, VALUE),
					      FIELD(drm_prime_handle, flags, VALUE)};
	struct drm_prime_handle request = {.fd = pick_fd(caller, caller->world->dma_bufs)};
	int ret = ISSUE(caller, DRM_IOCTL_PRIME_FD_TO_HANDLE, &request, fields);

	if (!ret && request.handle > MEMORY)
		atomic_store(&RANDOM_OF(&caller->random, caller->file->buffers), request.handle);
	return ret;
}

static int dma_buf_map(struct caller *caller)
{
	size_t bytes = (1 + pick(caller, 8)) * PAGE_BYTES;
	unsigned char *map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
				  pick_fd(caller, caller->world->dma_bufs), 0);

	if (map == MAP_FAILED)
		return -errno;
	touch(map, bytes, chance(caller, 2));
	munmap(map, bytes);
	return 0;
}

static int dma_buf_sync(struct caller *caller)
{
	struct dma_buf_sync request = {.flags = pick(caller, 8)};

	return issue_on(pick_fd(caller, caller->world->dma_bufs), DMA_BUF_IOCTL_SYNC, &request);
}

static int export_fence(struct caller *caller)
{
	struct dma_buf_export_sync_file request = {.flags = pick(caller, 5), .fd = -1};
	int ret = issue_on(pick_fd(caller, caller->world->dma_bufs), DMA_BUF_IOCTL_EXPORT_SYNC_FILE,
			   &request);

	if (!ret)
		keep_fd(caller, caller->world->sync_files, request.fd);
	return ret;
}

static int import_fence(struct caller *caller)
{
	struct dma_buf_import_sync_file request = {
		.flags = pick(caller, 5), .fd = pick_fd(caller, caller->world->sync_files)};

	return issue_on(pick_fd(caller, caller->world->dma_bufs), DMA_BUF_IOCTL_IMPORT_SYNC_FILE,
			&request);
}

const struct call share_calls[] = {
	{"PRIME_HANDLE_TO_FD", 12, true, prime_export},
	{"PRIME_FD_TO_HANDLE", 16, true, prime_import},
	{"mmap of a dma-buf", 4, true, dma_buf_map},
	{"DMA_BUF_IOCTL_SYNC", 8, true, dma_buf_sync},
	{"DMA_BUF_IOCTL_EXPORT_SYNC_FILE", 10, true, export_fence},
	{"DMA_BUF_IOCTL_IMPORT_SYNC_FILE", 10, true, import_fence},
	{},
};
