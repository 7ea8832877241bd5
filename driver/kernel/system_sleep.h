/* SPDX-License-Identifier: GPL-2.0-only */
/* Sleep of the whole system, before its processes and devices are stopped; msmxx_sleep_begins() is told. */
#pragma once

#include "bridge/system_sleep.h"
#include "kernel/contexts.h"
#include "kernel/fail_point.h"
#include "kernel/handle.h"
#include "kernel/result.h"

namespace kernel {

/** class SystemSleepWatch - a registration; while it lasts the kernel may call the entry points */
class SystemSleepWatch {
public:
	/**
	 * create() - From now on the entry points are called with @owner.
	 *
	 * Return: ENOMEM.
	 */
	static Result<SystemSleepWatch> create(MayAlloc token, void *owner)
	{
		TRY(fail_point(token));

		SystemSleepWatch result;

		result.handle_ = Registration(bridge_system_sleep_watch(owner));
		if (!result.handle_)
			return err(ENOMEM);
		return result;
	}

private:
	using Registration = Handle<struct bridge_system_sleep, bridge_system_sleep_unwatch>;

	SystemSleepWatch() = default;

	Registration handle_;
};

} // namespace kernel
