/* SPDX-License-Identifier: GPL-2.0-only */
/* The DRM device and its open files. */
#pragma once

#include "bridge/drm_device.h"
#include "kernel/contexts.h"
#include "kernel/device.h"
#include "kernel/fail_point.h"
#include "kernel/handle.h"
#include "kernel/result.h"

namespace kernel {

/**
 * class DrmNode - the driver's reference to its DRM device, which may outlive it: open files have
 * theirs
 */
class DrmNode {
public:
	/**
	 * DrmNode::create() - a device without nodes yet
	 * @owner: for the entry points; msmxx_release() gets it once the last reference is gone,
	 * unless this fails
	 */
	static Result<DrmNode> create(MayAlloc token, Device parent, void *owner)
	{
		struct drm_device *drm = nullptr;

		TRY(fail_point(token));
		TRY(from_errno(bridge_drm_device_create(parent.get(), owner, &drm)));
		return DrmNode(drm);
	}

	struct drm_device *raw() const { return handle_.get(); }

	/** open_up() - makes the nodes: from here on user space comes in */
	Result<void> open_up(MayAlloc token)
	{
		TRY(fail_point(token));
		return from_errno(bridge_drm_device_register(raw()));
	}

	/** unplug() - takes the nodes away, and returns when no open runs any more */
	void unplug(MayAlloc) { bridge_drm_device_unplug(raw()); }

private:
	explicit DrmNode(struct drm_device *drm) : handle_(drm) {}

	Handle<struct drm_device, bridge_drm_device_put> handle_;
};

} // namespace kernel
