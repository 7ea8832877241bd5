/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What all BOs of one DRM device share: the device itself, the reaper, the shrinker, and the counts
 * of what there is.
 */
#pragma once

#include "gem/reaper.h"
#include "gem/resident.h"
#include "kernel/alloc.h"
#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/registry.h"
#include "kernel/result.h"
#include "kernel/shrinker.h"
#include "kernel/types.h"
#include "kernel/work.h"

struct drm_device;

namespace msm {

/**
 * class DrmDevice - one DRM device, as gem/ and vm/ see it
 *
 * Lives until the kernel releases the drm_device, and so longer than the hardware. Its destructor
 * waits for the BOs that are still to be reaped.
 */
class DrmDevice {
public:
	/** DrmDevice::create() - @drm: not counted, outlives this object */
	static kernel::Result<kernel::Unique<DrmDevice>> create(kernel::MayAlloc,
								struct drm_device *drm);

	explicit DrmDevice(struct drm_device *drm, kernel::WorkQueue queue)
		: drm_(drm), reaper_(std::move(queue))
	{
	}
	DrmDevice(const DrmDevice &) = delete;
	DrmDevice &operator=(const DrmDevice &) = delete;

	struct drm_device *drm() const { return drm_; }
	Reaper &reaper() { return reaper_; }
	ResidentBos &resident() { return resident_; }
	kernel::Registry<Bo> &bos() { return bos_; }

	/** bo_count(), resident_bytes() - BOs that exist, and bytes of their pages in memory now */
	u64 bo_count() const { return bo_count_.get(); }
	u64 resident_bytes() const { return resident_bytes_.get(); }

	/** vm_count(), vma_count() - address spaces that exist, and places in them */
	u64 vm_count() const { return vm_count_.get(); }
	u64 vma_count() const { return vma_count_.get(); }
	void count_vms(s64 change) { vm_count_.add(change); }
	void count_vmas(s64 change) { vma_count_.add(change); }

private:
	friend class Bo;
	friend class ReservationSet;

	struct drm_device *const drm_;
	kernel::Atomic64 bo_count_;
	kernel::Atomic64 resident_bytes_;
	kernel::Atomic64 vm_count_;
	kernel::Atomic64 vma_count_;
	/* Numbers the sets of reservations, see ReservationSet. */
	kernel::Atomic64 lock_tickets_;
	kernel::Registry<Bo> bos_;
	ResidentBos resident_;
	/* What it reaps uses the rest. */
	Reaper reaper_;
	/* Last, so that it goes first: what it takes pages of may be dying. */
	kernel::Shrinker shrinker_;
};

} // namespace msm
