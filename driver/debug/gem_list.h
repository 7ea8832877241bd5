/* SPDX-License-Identifier: GPL-2.0-only */
/* Every buffer of a device as text, in the format of drm/msm's msm_gem_describe_objects(). */
#pragma once

#include "gem/bo.h"
#include "gem/drm_device.h"
#include "gem/reservation.h"
#include "kernel/contexts.h"

struct drm_printer;

namespace msm::debug {

/** class GemList - see above */
class GemList {
public:
	explicit GemList(struct drm_printer *to) : to_(to) {}

	/** show() - a buffer whose reservation is just taken is left out, as it is there */
	void show(kernel::MayAlloc, DrmDevice &device);

private:
	struct Sum {
		u64 count = 0;
		u64 bytes = 0;

		void add(u64 size)
		{
			count++;
			bytes += size;
		}
	};

	void show(const Held &held, Bo &bo);
	void show_mappings(const Held &held, const Bo &bo);
	void show(const char *name, const Sum &sum);

	struct drm_printer *const to_;
	Sum all_;
	Sum active_;
	Sum resident_;
	Sum purgeable_;
	Sum purged_;
};

} // namespace msm::debug
