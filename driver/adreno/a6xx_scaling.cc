// SPDX-License-Identifier: GPL-2.0-only
/*
 * The GPU's frequency follows its load, as devfreq sees it through the GPU's counter of busy time.
 *
 * Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c (a6xx_gpu_busy) and msm_gpu_devfreq.c.
 */
#include "adreno/a6xx.h"
#include "kernel/log.h"

namespace msm::adreno {

using namespace kernel;

Result<void> A6xx::start_scaling(MayAlloc token)
{
	Result<Devfreq> scaling = Devfreq::create(token, device_, frequency().wanted());

	if (scaling)
		scaling_.emplace(std::move(*scaling));
	else if (scaling.error().code == ENOMEM)
		return err(ENOMEM);
	else
		log_warning(device_.get(), "error %d: the frequency is not scaled",
			    scaling.error().code);
	return {};
}

void A6xx::scale(MayAlloc token)
{
	if (scaling_ && !std::exchange(scales_, true))
		scaling_->resume(token);
}

void A6xx::stop_scaling(MayAlloc token)
{
	if (std::exchange(scales_, false))
		scaling_->suspend(token);
}

void A6xx::pause_scaling(MayAlloc token)
{
	if (scaling_)
		scaling_->suspend(token);
}

void A6xx::continue_scaling(MayAlloc token)
{
	if (scaling_)
		scaling_->resume(token);
}

std::optional<u64> A6xx::busy_ticks(Irq token)
{
	IrqSpinGuard guard(on_lock_, token);

	if (!answers())
		return {};

	u64 low = io().read(reg::GMU_CX_GMU_POWER_COUNTER_XOCLK_0_L);

	return low | u64{io().read(reg::GMU_CX_GMU_POWER_COUNTER_XOCLK_0_H)} << 32;
}

Load A6xx::load(MayAlloc token)
{
	return frequency().load(token, [&] { return busy_ticks(token); });
}

/* Also when it has come to rest: whichever is last finds what it is to be. */
void A6xx::wake(MayAlloc token)
{
	Result<void> settled = frequency().settle(token, [&] { return is_resting(token); });

	if (!settled)
		log_error_ratelimited(device_.get(), "error %d: the frequency stays as it was",
				      settled.error().code);
}

void A6xx::boost(MayAlloc token, bool on)
{
	if (scaling_)
		scaling_->require(token, on ? 2 * frequency().wanted() : 0);
}

} // namespace msm::adreno
