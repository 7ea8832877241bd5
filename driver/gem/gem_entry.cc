// SPDX-License-Identifier: GPL-2.0-only
/* Where the kernel's GEM code calls in. */

#include "entry_points.h"
#include "gem/bo.h"
#include "gem/drm_device.h"
#include "gem/reservation.h"
#include "kernel/entry.h"
#include "kernel/shrinker.h"

using namespace kernel;
using namespace msm;

bool msmxx_bo_is_cached(struct drm_gem_object *obj)
{
	return Bo::from(obj).flags().cache() != CacheMode::write_combined;
}

unsigned int msmxx_bo_fault(struct drm_gem_object *obj, struct vm_fault *fault)
{
	MayAlloc token = entry::fault();
	Bo &bo = Bo::from(obj);

	auto held = Reservation::interruptible(token, bo);
	if (!held)
		return bridge_fault_error(-held.error().code);

	auto pages = bo.pages(token, *held);
	if (!pages)
		return bridge_fault_error(-pages.error().code);
	return bridge_fault_insert(fault, obj, *pages);
}

bool msmxx_bo_is_private(struct drm_gem_object *obj)
{
	return Bo::from(obj).flags().is_private();
}

void msmxx_bo_exported(struct drm_gem_object *obj)
{
	Bo &bo = Bo::from(obj);
	MayAlloc token = entry::work();
	Reservation held(token, bo);

	bo.keep_resident(token, held);
}

u64 msmxx_shrinker_count(void *owner)
{
	return static_cast<DrmDevice *>(owner)->resident().pages(entry::shrinker(), can_swap());
}

u64 msmxx_shrinker_scan(void *owner, u64 pages, bool may_wait)
{
	return static_cast<DrmDevice *>(owner)->resident().reclaim(
		entry::shrinker(), pages, {.swap = can_swap(), .wait = may_wait});
}

bool msmxx_bo_is_resident(struct drm_gem_object *obj)
{
	return Bo::from(obj).is_resident();
}

bool msmxx_bo_is_needed(struct drm_gem_object *obj)
{
	return Bo::from(obj).is_needed();
}

int msmxx_bo_pages(struct drm_gem_object *obj, const struct bridge_pages **pages)
{
	Bo &bo = Bo::from(obj);
	auto result = bo.pages(entry::fault(), HeldByCaller(bo));

	if (!result)
		return -result.error().code;
	*pages = *result;
	return 0;
}

void msmxx_bo_free(struct drm_gem_object *obj)
{
	Bo &bo = Bo::from(obj);

	bo.device().reaper().queue(entry::irq(), bo);
}

void msmxx_carrier_free(struct drm_gem_object *obj)
{
	bridge_gem_release(obj);
	delete &Carrier::from(obj);
}
