/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GMU wrapper: what small a6xx chips have in place of the power management processor.
 *
 * A node of its own (the GPU's "qcom,gmu") with a window of registers and the two power domains of
 * the GPU: cx feeds the bus side and the SMMU, gx the GPU proper. The driver itself switches them.
 */
#pragma once

#include "kernel/device_power.h"

namespace msm::adreno {

/** class GmuWrapper - the wrapper's registers and power domains */
class GmuWrapper {
public:
	/** GmuWrapper::create() - finds it; every failure is logged */
	static kernel::Result<GmuWrapper> create(kernel::MayAlloc, kernel::Device gpu);

	const kernel::IoMapping &io() const { return io_; }

	/** cx() - the domain that the SMMU is in as well */
	kernel::PowerDomain &cx() { return cx_; }

	/** power_up() - cx, then gx; after an error neither is held */
	kernel::Result<void> power_up(kernel::MayAlloc);

	/** power_down() - gx, then cx */
	void power_down(kernel::MayAlloc);

private:
	GmuWrapper(kernel::DeviceRef &&device, kernel::IoMapping &&io, kernel::PowerDomain &&cx,
		   kernel::PowerDomain &&gx)
		: device_(std::move(device)), io_(std::move(io)), cx_(std::move(cx)),
		  gx_(std::move(gx))
	{
	}

	kernel::DeviceRef device_;
	kernel::IoMapping io_;
	kernel::PowerDomain cx_;
	kernel::PowerDomain gx_;
};

} // namespace msm::adreno
