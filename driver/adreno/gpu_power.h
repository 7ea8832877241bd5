/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything between "off" and "its registers answer": operating point, power domains, clocks, in
 * that order.
 */
#pragma once

#include "adreno/frequency.h"
#include "adreno/gmu_wrapper.h"
#include "kernel/alloc.h"
#include "kernel/device_power.h"

namespace msm::adreno {

/** class GpuPower - power of one GPU behind a GMU wrapper */
class GpuPower {
public:
	/** GpuPower::create() - takes what the device tree gives; every failure is logged */
	static kernel::Result<GpuPower> create(kernel::MayAlloc, kernel::Device gpu);

	const GmuWrapper &gmu() const { return gmu_; }

	/** frequency() - what it runs at while it is up() */
	Frequency &frequency() { return *frequency_; }
	const Frequency &frequency() const { return *frequency_; }

	/**
	 * up() - all registers answer afterwards, and hold their reset values if gx had been off;
	 * after an error all is off
	 */
	kernel::Result<void> up(kernel::MayAlloc);

	/** gate(), ungate() - stop and start the clocks of a GPU that is on */
	void gate(kernel::Signalling token) { clocks_.gate(token); }
	kernel::Result<void> ungate(kernel::Signalling token) { return clocks_.ungate(token); }

	/** down() - the bus must be idle, the clocks running */
	void down(kernel::MayAlloc);

	/**
	 * expect_collapse(), wait_for_collapse() - that the power domain cx goes off between the two
	 *
	 * Return: false if it has not after a second. forget_collapse(): it need not after all.
	 */
	void expect_collapse(kernel::MayAlloc token) { gmu_.cx().expect_off(token); }
	bool wait_for_collapse(kernel::MayAlloc token) { return gmu_.cx().wait_off(token); }
	void forget_collapse(kernel::MayAlloc token) { gmu_.cx().forget_off(token); }

private:
	GpuPower(kernel::Unique<Frequency> &&frequency, kernel::Clocks &&clocks, GmuWrapper &&gmu)
		: frequency_(std::move(frequency)), clocks_(std::move(clocks)), gmu_(std::move(gmu))
	{
	}

	kernel::Unique<Frequency> frequency_;
	kernel::Clocks clocks_;
	GmuWrapper gmu_;
};

} // namespace msm::adreno
