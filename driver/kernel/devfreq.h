/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frequency scaling by load, through devfreq: its governor asks the entry points msmxx_devfreq_…
 * how busy the device was, and tells them what it is to run at.
 *
 * devfreq and PM QoS have locks of their own, under which memory is asked for. So all of this needs
 * MayAlloc, and nothing on the way to a fence can call it.
 */
#pragma once

#include "bridge/devfreq.h"
#include "kernel/contexts.h"
#include "kernel/device.h"
#include "kernel/fail_point.h"
#include "kernel/handle.h"
#include "kernel/result.h"

namespace kernel {

/** class Devfreq - the scaling of one device, until it is destroyed */
class Devfreq {
public:
	/**
	 * Devfreq::create() - the device's operating points are known; suspended
	 * @initial: what it runs at at first, Hz
	 *
	 * Return: ENOMEM, or another error of a kernel without devfreq or the governor
	 * simple_ondemand.
	 */
	static Result<Devfreq> create(MayAlloc token, Device device, u64 initial)
	{
		struct bridge_devfreq *devfreq = nullptr;

		TRY(fail_point(token));
		TRY(from_errno(bridge_devfreq_add(device.get(), initial, &devfreq)));
		return Devfreq(devfreq);
	}

	/**
	 * suspend(), resume() - the load is looked at while there are as many of the one as of the
	 * other; suspend() waits for whoever is just at it
	 */
	void suspend(MayAlloc) { bridge_devfreq_suspend(handle_.get()); }
	void resume(MayAlloc) { bridge_devfreq_resume(handle_.get()); }

	/**
	 * require() - at least @hz, whatever the load; 0: nothing
	 *
	 * A limit that the user, or a thermal zone, has set goes before it.
	 */
	void require(MayAlloc, u64 hz) { bridge_devfreq_require(handle_.get(), hz); }

private:
	explicit Devfreq(struct bridge_devfreq *devfreq) : handle_(devfreq) {}

	Handle<struct bridge_devfreq, bridge_devfreq_remove> handle_;
};

} // namespace kernel
