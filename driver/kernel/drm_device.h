/* SPDX-License-Identifier: GPL-2.0-only */
/* The DRM device and its open files. */
#pragma once

#include <utility>

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

	/** unplug() - takes the nodes away, and returns when no open or DrmSection
	 * lasts any more */
	void unplug(MayAlloc) { bridge_drm_device_unplug(raw()); }

private:
	explicit DrmNode(struct drm_device *drm) : handle_(drm) {}

	Handle<struct drm_device, bridge_drm_device_put> handle_;
};

/**
 * class DrmSection - the device is not unplugged, and will not be while this exists. Short, and no
 * user memory: unplug() waits for it.
 */
class [[nodiscard]] DrmSection {
public:
	/** DrmSection::enter() - ENODEV once the device is unplugged */
	static Result<DrmSection> enter(MayAlloc, struct drm_device *drm)
	{
		int index = 0;

		if (!bridge_drm_device_enter(drm, &index))
			return err(ENODEV);
		return DrmSection(index);
	}

	DrmSection(DrmSection &&other) noexcept : index_(std::exchange(other.index_, none)) {}
	DrmSection &operator=(DrmSection &&) = delete;
	~DrmSection()
	{
		if (index_ != none)
			bridge_drm_device_exit(index_);
	}

private:
	static constexpr int none = -1;

	explicit DrmSection(int index) : index_(index) {}

	int index_;
};

} // namespace kernel
