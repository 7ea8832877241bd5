/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DRM device: what user space opens. Its driver structure and ioctl table are in drm_device.c.
 */
#ifndef MSMXX_BRIDGE_DRM_DEVICE_H
#define MSMXX_BRIDGE_DRM_DEVICE_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct device;
struct drm_device;
struct drm_file;

/*
 * @owner goes to the entry points, and to msmxx_release() once the last reference is gone; not if
 * this fails.
 */
int bridge_drm_device_create(struct device *parent, void *owner, struct drm_device **dev);
void bridge_drm_device_get(struct drm_device *dev);
void bridge_drm_device_put(struct drm_device *dev);
void *bridge_drm_device_owner(struct drm_device *dev);
/* The device behind it, for messages. */
struct device *bridge_drm_device_parent(struct drm_device *dev);

/* Makes the nodes. */
int bridge_drm_device_register(struct drm_device *dev);
/*
 * Takes the nodes away and returns when no open runs any more and nobody is between enter and exit;
 * later opens and ioctls fail with ENODEV. Does not wait for ioctls as such, which may wait for a
 * fence, or for their memory, for as long as userspace likes.
 */
void bridge_drm_device_unplug(struct drm_device *dev);
/* Whether it is still plugged in; then it stays so until exit with the same *index. */
bool bridge_drm_device_enter(struct drm_device *dev, int *index);
void bridge_drm_device_exit(int index);

/* The driver's own data of one open file. */
u64 bridge_drm_file_client_id(struct drm_file *file);
void *bridge_drm_file_private(struct drm_file *file);
void bridge_drm_file_set_private(struct drm_file *file, void *data);

BRIDGE_END

#endif
