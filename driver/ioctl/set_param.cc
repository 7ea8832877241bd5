// SPDX-License-Identifier: GPL-2.0-only
/* SET_PARAM: what a client says about itself. */

#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/result.h"
#include "kernel/task.h"
#include "kernel/user.h"
#include "sched/context.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

/* As long as the longest command line that the kernel itself shows. */
constexpr u64 max_name = PAGE_SIZE;

Result<Buffer<char>> copy_in_name(MayFault token, u64 from, u32 length)
{
	auto name = TRY(Buffer<char>::create(token, size_t{length} + 1));

	TRY(copy_in(token, name.data(), from, length));
	/* It goes to logs, whose lines nobody is to forge. */
	make_printable({name.data(), length});
	return name;
}

Result<void> set_param(MayFault token, Context &context, const drm_msm_param &args)
{
	bool by_address = args.param == MSM_PARAM_COMM || args.param == MSM_PARAM_CMDLINE;

	if (args.pipe != MSM_PIPE_3D0 || args.pad || args.len > (by_address ? max_name : 0))
		return err(EINVAL);

	switch (args.param) {
	case MSM_PARAM_COMM:
		context.set_comm(token, TRY(copy_in_name(token, args.value, args.len)));
		return {};
	case MSM_PARAM_CMDLINE:
		context.set_cmdline(token, TRY(copy_in_name(token, args.value, args.len)));
		return {};
	case MSM_PARAM_SYSPROF:
		if (!may_profile())
			return err(EPERM);
		return context.set_sysprof(token, args.value);
	default:
		return err(EINVAL);
	}
}

} // namespace
} // namespace msm

int msmxx_ioctl_set_param(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::set_param(kernel::entry::ioctl(), msm::Context::of(file),
					       *static_cast<drm_msm_param *>(data)));
}
