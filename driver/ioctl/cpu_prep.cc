// SPDX-License-Identifier: GPL-2.0-only
/* GEM_CPU_PREP and GEM_CPU_FINI: the CPU wants to access a buffer, and has. */

#include "entry_points.h"
#include "gem/bo.h"
#include "kernel/entry.h"
#include "kernel/result.h"
#include "kernel/time.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

Result<void> cpu_prep(MayAlloc token, struct drm_file *file, const drm_msm_gem_cpu_prep &args)
{
	bool write = args.op & MSM_PREP_WRITE;
	Deadline deadline = args.op & MSM_PREP_NOSYNC
				    ? Deadline::now()
				    : Deadline::at(args.timeout.tv_sec, args.timeout.tv_nsec);

	if (args.op & ~MSM_PREP_FLAGS)
		return err(EINVAL);

	auto bo = TRY(Bo::lookup(file, args.handle));

	if (args.op & MSM_PREP_BOOST)
		bo->boost(write);
	return bo->wait(token, write, deadline);
}

/* There is nothing to give back: caches are coherent or not used. */
Result<void> cpu_fini(struct drm_file *file, const drm_msm_gem_cpu_fini &args)
{
	TRY(Bo::lookup(file, args.handle));
	return {};
}

} // namespace
} // namespace msm

int msmxx_ioctl_gem_cpu_prep(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::cpu_prep(kernel::entry::ioctl(), file,
					      *static_cast<drm_msm_gem_cpu_prep *>(data)));
}

int msmxx_ioctl_gem_cpu_fini(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::cpu_fini(file, *static_cast<drm_msm_gem_cpu_fini *>(data)));
}
