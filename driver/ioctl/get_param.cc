// SPDX-License-Identifier: GPL-2.0-only
/* GET_PARAM: what a client asks before it does anything. */

#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/result.h"
#include "sched/context.h"
#include "sched/scheduler.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

/* The range that a client may manage with SET_IOVA: there is none where all share the kernel's. */
Result<Ref<SoftVm>> private_vm(MayAlloc token, Context &context)
{
	if (!context.vm().is_private())
		return err(EINVAL);
	return context.vm().soft(token);
}

Result<u64> timestamp(MayAlloc token, Scheduler &scheduler)
{
	return scheduler.power().while_on(token,
					  [&] { return scheduler.hardware().timestamp(token); });
}

Result<u64> on_platforms_with_ubwc(std::optional<u32> value)
{
	if (!value)
		return err(ENOENT);
	return *value;
}

Result<u64> parameter(MayAlloc token, Context &context, u32 param)
{
	Scheduler &scheduler = context.scheduler();
	Hardware &hardware = scheduler.hardware();
	const GpuInfo &info = hardware.info();

	switch (param) {
	case MSM_PARAM_GPU_ID:
		return info.gpu_id;
	case MSM_PARAM_GMEM_SIZE:
		return info.gmem_bytes;
	case MSM_PARAM_GMEM_BASE:
		return info.gmem_base;
	case MSM_PARAM_CHIP_ID:
		return info.chip_id;
	case MSM_PARAM_MAX_FREQ:
		return info.max_freq;
	case MSM_PARAM_TIMESTAMP:
		return timestamp(token, scheduler);
	case MSM_PARAM_PRIORITIES:
		return scheduler.priorities();
	case MSM_PARAM_PP_PGTABLE:
		/* Obsolete: it reads 0 also where page tables are private. */
		return 0;
	case MSM_PARAM_FAULTS:
		return context.faults();
	case MSM_PARAM_SUSPENDS:
		return hardware.suspend_count();
	case MSM_PARAM_VA_START:
		return TRY(private_vm(token, context))
		->start();
	case MSM_PARAM_VA_SIZE:
		return TRY(private_vm(token, context))
		->size();
	case MSM_PARAM_HIGHEST_BANK_BIT:
		return on_platforms_with_ubwc(info.highest_bank_bit);
	case MSM_PARAM_UBWC_SWIZZLE:
		return on_platforms_with_ubwc(info.ubwc_swizzle);
	case MSM_PARAM_MACROTILE_MODE:
		return on_platforms_with_ubwc(info.macrotile_mode);
	case MSM_PARAM_RAYTRACING:
		return info.raytracing;
	case MSM_PARAM_UCHE_TRAP_BASE:
		return info.uche_trap_base;
	case MSM_PARAM_HAS_PRR:
		/* Ranges without backing come with VM_BIND. */
		return 0;
	case MSM_PARAM_AQE:
		/* An engine of later chips. */
		return 0;
	default:
		return err(EINVAL);
	}
}

Result<void> get_param(MayFault token, Context &context, drm_msm_param &args)
{
	if (args.pipe != MSM_PIPE_3D0 || args.pad || args.len)
		return err(EINVAL);
	args.value = TRY(parameter(token, context, args.param));
	return {};
}

} // namespace
} // namespace msm

int msmxx_ioctl_get_param(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::get_param(kernel::entry::ioctl(), msm::Context::of(file),
					       *static_cast<drm_msm_param *>(data)));
}
