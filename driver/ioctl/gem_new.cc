// SPDX-License-Identifier: GPL-2.0-only
/* GEM_NEW: a buffer and a handle for it. */

#include "entry_points.h"
#include "gem/bo.h"
#include "gem/drm_device.h"
#include "kernel/entry.h"
#include "kernel/result.h"
#include "sched/context.h"
#include "sched/scheduler.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

Result<void> gem_new(MayFault token, Context &context, struct drm_file *file, drm_msm_gem_new &args)
{
	BoFlags flags =
		TRY(BoFlags::parse(args.flags, context.scheduler().hardware().info().coherent_bos));
	Ref<SoftVm> vm;

	if (!args.size)
		return err(EINVAL);
	/* What others freed and the reaper still has counts as used: who allocates in a loop waits
	 * for it. */
	context.device().reaper().throttle(token);

	if (flags.is_private())
		vm = TRY(context.vm().soft(token));
	auto bo = TRY(Bo::create(token, context.device(), flags, args.size,
				 vm ? &vm->carrier() : nullptr));

	args.handle = TRY(bo->create_handle(token, file));
	return {};
}

} // namespace
} // namespace msm

int msmxx_ioctl_gem_new(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::gem_new(kernel::entry::ioctl(), msm::Context::of(file), file,
					     *static_cast<drm_msm_gem_new *>(data)));
}
