// SPDX-License-Identifier: GPL-2.0-only
/* GEM_MADVISE: whether the contents of a buffer are still of use. */

#include "entry_points.h"
#include "gem/bo.h"
#include "gem/reservation.h"
#include "kernel/entry.h"
#include "kernel/result.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

Result<void> gem_madvise(MayAlloc token, struct drm_file *file, drm_msm_gem_madvise &args)
{
	if (args.madv != MSM_MADV_WILLNEED && args.madv != MSM_MADV_DONTNEED)
		return err(EINVAL);

	auto bo = TRY(Bo::lookup(file, args.handle));
	auto held = TRY(Reservation::interruptible(token, *bo));

	args.retained = bo->set_needed(token, held, args.madv == MSM_MADV_WILLNEED);
	return {};
}

} // namespace
} // namespace msm

int msmxx_ioctl_gem_madvise(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::gem_madvise(kernel::entry::ioctl(), file,
						 *static_cast<drm_msm_gem_madvise *>(data)));
}
