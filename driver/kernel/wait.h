/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting until a condition holds. */
#pragma once

#include "bridge/time.h"
#include "kernel/contexts.h"
#include "kernel/opaque.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace kernel {

/** enum Interruptible - whether a signal ends the wait with ERESTARTSYS */
enum class Interruptible : bool { no, yes };

/** class WaitQueue - waiters for conditions that others change and then announce by wake_all() */
class WaitQueue {
public:
	WaitQueue() { bridge_wait_queue_init(queue_.get()); }
	WaitQueue(const WaitQueue &) = delete;
	WaitQueue &operator=(const WaitQueue &) = delete;

	void wake_all(Irq) { bridge_wake_up_all(queue_.get()); }

	/**
	 * wait() - Until @condition() is true
	 * @condition: bool(), called often, must not sleep
	 *
	 * Return: nothing, ETIMEDOUT (the condition is false even after the deadline) or
	 * ERESTARTSYS.
	 */
	template <typename Condition>
	Result<void> wait(MayAlloc, Condition condition, Deadline deadline = Deadline::never(),
			  Interruptible interruptible = Interruptible::no)
	{
		auto call = [](void *data) -> bool {
			return (*static_cast<Condition *>(data))();
		};

		return from_errno(bridge_wait_event(queue_.get(), call, &condition,
						    static_cast<bool>(interruptible),
						    deadline.monotonic()));
	}

private:
	Opaque<struct wait_queue_head> queue_;
};

} // namespace kernel
