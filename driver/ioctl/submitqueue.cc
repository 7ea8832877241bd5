// SPDX-License-Identifier: GPL-2.0-only
/* SUBMITQUEUE_NEW, _CLOSE and _QUERY. */

#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/result.h"
#include "kernel/user.h"
#include "sched/context.h"
#include "sched/scheduler.h"
#include "sched/submitqueue.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

Result<void> submitqueue_new(MayAlloc token, Context &context, drm_msm_submitqueue &args)
{
	/* A queue of binds is for contexts that manage their address space, which none can yet. */
	if (args.flags & ~MSM_SUBMITQUEUE_FLAGS || args.flags & MSM_SUBMITQUEUE_VM_BIND)
		return err(EINVAL);
	/* With one ring there is nothing to be preempted by. */
	if (args.flags & MSM_SUBMITQUEUE_ALLOW_PREEMPT &&
	    context.scheduler().hardware().ring_count() == 1)
		return err(EINVAL);

	if (context.scheduler().power().is_lost())
		return err(EIO);
	args.id = TRY(context.create_queue(token, args.prio));
	return {};
}

Result<void> submitqueue_query(MayFault token, Context &context, drm_msm_submitqueue_query &args)
{
	if (args.pad)
		return err(EINVAL);

	auto queue = TRY(context.queue(args.id));

	if (args.param != MSM_SUBMITQUEUE_PARAM_FAULTS)
		return err(EINVAL);

	u32 faults = queue->faults();
	/* Asked with no room, the answer is how much it takes. */
	if (!args.len) {
		args.len = sizeof(faults);
		return {};
	}
	args.len = args.len < sizeof(faults) ? args.len : sizeof(faults);
	return copy_out(token, args.data, &faults, args.len);
}

} // namespace
} // namespace msm

int msmxx_ioctl_submitqueue_new(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::submitqueue_new(kernel::entry::ioctl(), msm::Context::of(file),
						     *static_cast<drm_msm_submitqueue *>(data)));
}

int msmxx_ioctl_submitqueue_close(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::Context::of(file).remove_queue(kernel::entry::ioctl(),
								    *static_cast<u32 *>(data)));
}

int msmxx_ioctl_submitqueue_query(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(
		msm::submitqueue_query(kernel::entry::ioctl(), msm::Context::of(file),
				       *static_cast<drm_msm_submitqueue_query *>(data)));
}
