/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes a device run, each as an object that gives back what it took. See kernel/device.h. */
#pragma once

#include "bridge/power.h"
#include "kernel/device.h"
#include "kernel/fail_point.h"
#include "kernel/trace.h"

namespace kernel {

/** class Clocks - all clocks of a device's node */
class Clocks {
public:
	static Result<Clocks> create(MayAlloc token, Device device)
	{
		struct bridge_clocks *clocks = nullptr;

		TRY(fail_point(token));
		TRY(from_errno(bridge_clocks_get(device.get(), &clocks)));
		return Clocks(clocks);
	}

	Result<void> enable(MayAlloc token)
	{
		TRY(fail_point(token));
		return from_errno(bridge_clocks_enable(handle_.get()));
	}

	void disable(MayAlloc) { bridge_clocks_disable(handle_.get()); }

	/** gate(), ungate() - stops enabled clocks, and starts them again, without sleeping */
	void gate(Irq) { bridge_clocks_gate(handle_.get()); }
	Result<void> ungate(Irq) { return from_errno(bridge_clocks_ungate(handle_.get())); }

private:
	explicit Clocks(struct bridge_clocks *clocks) : handle_(clocks) {}

	Handle<struct bridge_clocks, bridge_clocks_put> handle_;
};

/**
 * class OperatingPoints - the frequencies a device can run at, with the voltage and bandwidth that
 * each needs
 */
class OperatingPoints {
public:
	/**
	 * OperatingPoints::create() - takes over a device's table
	 * @clock: the clock that the frequencies are of
	 *
	 * Return: ENODEV if the node has none.
	 */
	static Result<OperatingPoints> create(MayAlloc token, Device device, const char *clock)
	{
		struct bridge_opp *opp = nullptr;
		u64 min = 0, max = 0;

		TRY(fail_point(token));
		TRY(from_errno(bridge_opp_get(device.get(), clock, &opp, &min, &max)));
		return OperatingPoints(opp, min, max);
	}

	/** min(), max() - the lowest and the highest frequency, Hz */
	u64 min() const { return min_; }
	u64 max() const { return max_; }

	/** set() - runs at @hz or the next higher point, Hz */
	Result<void> set(MayAlloc, u64 hz)
	{
		TRY(from_errno(bridge_opp_set(handle_.get(), hz)));
		trace::frequency_changed(hz);
		return {};
	}

	/** release() - needs neither voltage nor bandwidth */
	void release(MayAlloc) { bridge_opp_set(handle_.get(), 0); }

private:
	OperatingPoints(struct bridge_opp *opp, u64 min, u64 max)
		: handle_(opp), min_(min), max_(max)
	{
	}

	Handle<struct bridge_opp, bridge_opp_put> handle_;
	u64 min_;
	u64 max_;
};

/** class RuntimePm - references that keep a device on; refers to the device, owns nothing */
class RuntimePm {
public:
	explicit constexpr RuntimePm(Device device) : device_(device) {}

	void enable(MayAlloc) { bridge_runtime_pm_enable(device_.get()); }
	void use_autosuspend(u32 ms) { bridge_runtime_pm_use_autosuspend(device_.get(), ms); }
	void dont_use_autosuspend() { bridge_runtime_pm_dont_use_autosuspend(device_.get()); }

	/** get() - resumes the device; after an error no reference is held */
	Result<void> get(MayAlloc) { return from_errno(bridge_runtime_pm_get(device_.get())); }

	/** get_if_active() - a reference, if the device is on anyway */
	bool get_if_active() { return bridge_runtime_pm_get_if_active(device_.get()); }

	/** put() - drops a reference; the device may suspend after its autosuspend delay */
	void put() { bridge_runtime_pm_put(device_.get()); }

	/** put_sync() - drops a reference and lets the device suspend before it returns */
	void put_sync(MayAlloc) { bridge_runtime_pm_put_sync(device_.get()); }

	/**
	 * put_suspend() - drops a reference and suspends the device at once
	 *
	 * Return: false if others keep it on; then the reference is kept.
	 */
	bool put_suspend(MayAlloc) { return bridge_runtime_pm_put_suspend(device_.get()); }

	/**
	 * force_suspend(), force_resume() - for system sleep: off, whoever holds references, and as
	 * it was before
	 */
	Result<void> force_suspend(MayAlloc)
	{
		return from_errno(bridge_runtime_pm_force_suspend(device_.get()));
	}
	Result<void> force_resume(MayAlloc)
	{
		return from_errno(bridge_runtime_pm_force_resume(device_.get()));
	}

	/**
	 * disable_suspended() - suspends the device, whoever holds references, and ends its runtime
	 * PM; undoes enable()
	 */
	void disable_suspended(MayAlloc) { bridge_runtime_pm_force_suspend(device_.get()); }

private:
	Device device_;
};

/** class PowerDomain - one power domain of a device that has several */
class PowerDomain {
public:
	/** PowerDomain::create() - @name as in power-domain-names; ENODEV without such a domain */
	static Result<PowerDomain> create(MayAlloc token, Device device, const char *name)
	{
		struct bridge_power_domain *domain = nullptr;

		TRY(fail_point(token));
		TRY(from_errno(bridge_power_domain_attach(device.get(), name, &domain)));
		return PowerDomain(domain);
	}

	/** power_up() - holds the domain on */
	Result<void> power_up(MayAlloc token)
	{
		TRY(fail_point(token));
		return pm().get(token);
	}

	/** power_down() - lets go of it; off when it returns, if nobody else holds it */
	void power_down(MayAlloc token) { pm().put_sync(token); }

	/**
	 * expect_off(), wait_off() - see that it really goes off between the two, although others
	 * may use it as well
	 *
	 * Return: whether it did, within a second. forget_off(): it need not after all.
	 */
	void expect_off(MayAlloc) { bridge_power_domain_expect_off(handle_.get()); }
	bool wait_off(MayAlloc) { return bridge_power_domain_wait_off(handle_.get()); }
	void forget_off(MayAlloc) { bridge_power_domain_forget_off(handle_.get()); }

private:
	explicit PowerDomain(struct bridge_power_domain *domain) : handle_(domain) {}

	RuntimePm pm() const
	{
		return RuntimePm(Device(bridge_power_domain_device(handle_.get())));
	}

	Handle<struct bridge_power_domain, bridge_power_domain_detach> handle_;
};

} // namespace kernel
