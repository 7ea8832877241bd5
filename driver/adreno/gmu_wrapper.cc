// SPDX-License-Identifier: GPL-2.0-only
/*
 * See gmu_wrapper.h. Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gmu.c (a6xx_gmu_wrapper_init).
 */
#include "adreno/gmu_wrapper.h"

namespace msm::adreno {

using namespace kernel;

Result<GmuWrapper> GmuWrapper::create(MayAlloc token, Device gpu)
{
	DeviceRef device = TRY(
		gpu.explain(DeviceRef::by_phandle(token, gpu, "qcom,gmu"), "no qcom,gmu device"));

	if (!device.get().is_compatible("qcom,adreno-gmu-wrapper"))
		return gpu.explain(Result<GmuWrapper>(err(ENODEV)), "qcom,gmu is no GMU wrapper");

	IoMapping io = TRY(gpu.explain(IoMapping::create(token, device.get(), nullptr),
				       "cannot map the GMU's registers"));
	PowerDomain cx = TRY(
		gpu.explain(PowerDomain::create(token, device.get(), "cx"), "no power domain cx"));
	PowerDomain gx = TRY(
		gpu.explain(PowerDomain::create(token, device.get(), "gx"), "no power domain gx"));

	return GmuWrapper(std::move(device), std::move(io), std::move(cx), std::move(gx));
}

Result<void> GmuWrapper::power_up(MayAlloc token)
{
	TRY(cx_.power_up(token));

	Result<void> gx = gx_.power_up(token);

	if (!gx)
		cx_.power_down(token);
	return gx;
}

void GmuWrapper::power_down(MayAlloc token)
{
	gx_.power_down(token);
	cx_.power_down(token);
}

} // namespace msm::adreno
