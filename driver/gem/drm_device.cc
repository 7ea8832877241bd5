// SPDX-License-Identifier: GPL-2.0-only
#include "gem/drm_device.h"

#include "kernel/constants.h"

namespace msm {

using namespace kernel;

Result<Unique<DrmDevice>> DrmDevice::create(MayAlloc token, struct drm_device *drm)
{
	WorkQueue queue = TRY(WorkQueue::create(token, "msmxx-reaper", WQ_MEM_RECLAIM));

	auto device = TRY(make<DrmDevice>(token, drm, std::move(queue)));

	device->shrinker_ = TRY(Shrinker::create(token, "drm-msm_gem", device.get()));
	return device;
}

} // namespace msm
