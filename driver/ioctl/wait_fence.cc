// SPDX-License-Identifier: GPL-2.0-only
/* WAIT_FENCE: sleep until a job of a queue is done. */

#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/fence.h"
#include "kernel/result.h"
#include "kernel/time.h"
#include "sched/context.h"
#include "sched/submitqueue.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

Result<void> wait_fence(MayAlloc token, Context &context, const drm_msm_wait_fence &args)
{
	if (args.flags & ~MSM_WAIT_FENCE_FLAGS)
		return err(EINVAL);

	auto queue = TRY(context.queue(args.queueid));
	Fence fence = TRY(queue->find_fence(token, args.fence));

	/* The job has been retired. */
	if (!fence)
		return {};
	if (args.flags & MSM_WAIT_FENCE_BOOST)
		fence.boost();
	return fence.wait(token, Deadline::at(args.timeout.tv_sec, args.timeout.tv_nsec),
			  Interruptible::yes);
}

} // namespace
} // namespace msm

int msmxx_ioctl_wait_fence(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::wait_fence(kernel::entry::ioctl(), msm::Context::of(file),
						*static_cast<drm_msm_wait_fence *>(data)));
}
