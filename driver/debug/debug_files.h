/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What stands below /sys/kernel/debug/dri/N; see Documentation/debugging.rst. Names and format of gem,
 * gpu and shrink are drm/msm's.
 *
 *	counters	how much there is of what; all that userspace makes goes back to what it was
 *	gem		every buffer, where it is mapped, who uses it
 *	gpu		the state of the GPU now, in the format of a dump
 *	reset		what is written to it makes the GPU start again
 *	sched		which jobs are where, and whether the GPU is on for them
 *	shrink		pages that are written to it are given back; reads how many that was
 */
#pragma once

#include "debug/snapshot.h"
#include "gem/drm_device.h"
#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/debugfs.h"
#include "kernel/result.h"

namespace msm::debug {

/** class DebugFiles - those of one device */
class DebugFiles {
public:
	DebugFiles(struct device *device, DrmDevice &drm, adreno::A6xx &gpu, Scheduler &scheduler)
		: device_(device), drm_(drm), gpu_(gpu), scheduler_(scheduler)
	{
	}

	/** show() - @file's text; ENODEV, ENOMEM or EINVAL if it has none */
	kernel::Result<void> show(kernel::MayAlloc, bridge_debugfs_file file,
				  struct drm_printer *to);

	/** write() - @value was written to @file; EINVAL if it cannot be */
	kernel::Result<void> write(kernel::MayAlloc, bridge_debugfs_file file, u64 value);

private:
	void show_counters(kernel::Irq, struct drm_printer *to);
	void show_gem(kernel::MayAlloc, struct drm_printer *to);
	kernel::Result<void> show_gpu(kernel::MayAlloc, struct drm_printer *to);
	void show_sched(kernel::MayAlloc, struct drm_printer *to);
	u64 shrink(kernel::MayAlloc, u64 pages);

	struct device *const device_;
	DrmDevice &drm_;
	adreno::A6xx &gpu_;
	Scheduler &scheduler_;
	kernel::Atomic64 shrunk_;
};

} // namespace msm::debug
