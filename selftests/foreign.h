/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Someone else's buffer with fences that signal when the test says so: vgem's, which is in every
 * kernel that has test drivers. After ten seconds its fences signal by themselves, with an error.
 */
#pragma once

#include <drm/vgem_drm.h>
#include <stdlib.h>

#include "msm_test.h"

/** struct foreign - one page of vgem, and the dma-buf of it */
struct foreign {
	int fd;
	uint32_t handle;
	int dma_buf;
};

/** foreign_open() - 0, -ENODEV without vgem, or -errno */
static inline int foreign_open(struct foreign *foreign)
{
	struct drm_mode_create_dumb create = {.width = PAGE / 4, .height = 1, .bpp = 32};
	int ret;

	*foreign = (struct foreign){-1, 0, -1};
	if (system("modprobe vgem 2>/dev/null"))
		return -ENODEV;
	for (int minor = 0; minor < 64 && foreign->fd < 0; minor++) {
		char path[32];
		int fd;

		snprintf(path, sizeof(path), "/dev/dri/card%d", minor);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd >= 0 && is_driver(fd, "vgem"))
			foreign->fd = fd;
		else if (fd >= 0)
			close(fd);
	}
	if (foreign->fd < 0)
		return -ENODEV;
	ret = test_ioctl(foreign->fd, DRM_IOCTL_MODE_CREATE_DUMB, &create);
	if (ret)
		return ret;
	foreign->handle = create.handle;
	foreign->dma_buf = prime_export(foreign->fd, create.handle);
	return foreign->dma_buf < 0 ? foreign->dma_buf : 0;
}

static inline void foreign_close(struct foreign *foreign)
{
	if (foreign->dma_buf >= 0)
		close(foreign->dma_buf);
	if (foreign->fd >= 0)
		close(foreign->fd);
}

/** foreign_busy() - it is being written from now on; the number of the fence, or -errno */
static inline int foreign_busy(struct foreign *foreign)
{
	struct drm_vgem_fence_attach attach = {foreign->handle, VGEM_FENCE_WRITE};
	int ret = test_ioctl(foreign->fd, DRM_IOCTL_VGEM_FENCE_ATTACH, &attach);

	return ret ? ret : (int)attach.out_fence;
}

static inline int foreign_done(struct foreign *foreign, int fence)
{
	struct drm_vgem_fence_signal signal = {fence};

	return test_ioctl(foreign->fd, DRM_IOCTL_VGEM_FENCE_SIGNAL, &signal);
}

static inline int foreign_import(struct foreign *foreign, int fd, uint32_t *handle)
{
	return prime_import(fd, foreign->dma_buf, handle);
}
