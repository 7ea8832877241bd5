// SPDX-License-Identifier: GPL-2.0-only
/*
 * See gpu_power.h. Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c (a6xx_pm_resume,
 * a6xx_pm_suspend).
 */
#include "adreno/gpu_power.h"

#include "kernel/mutant.h"

namespace msm::adreno {

using namespace kernel;

Result<GpuPower> GpuPower::create(MayAlloc token, Device gpu)
{
	OperatingPoints points = TRY(gpu.explain(OperatingPoints::create(token, gpu, "core"),
						 "no table of operating points"));
	Clocks clocks = TRY(gpu.explain(Clocks::create(token, gpu), "cannot get the clocks"));
	GmuWrapper gmu = TRY(GmuWrapper::create(token, gpu));

	auto frequency = TRY(gpu.explain(make<Frequency>(token, std::move(points)),
					 "no memory for the operating points"));

	return GpuPower(std::move(frequency), std::move(clocks), std::move(gmu));
}

Result<void> GpuPower::up(MayAlloc token)
{
	TRY(frequency_->on(token));

	Result<void> on = gmu_.power_up(token);

	if (on) {
		if (!mutant(Mutant::no_clocks))
			on = clocks_.enable(token);
		if (on)
			return on;
		gmu_.power_down(token);
	}
	frequency_->off(token);
	return on;
}

void GpuPower::down(MayAlloc token)
{
	if (!mutant(Mutant::no_clocks))
		clocks_.disable(token);
	gmu_.power_down(token);
	frequency_->off(token);
}

} // namespace msm::adreno
