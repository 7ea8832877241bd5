/* SPDX-License-Identifier: GPL-2.0-only */
/* Waiting for something to happen: once (Completion), or until a condition holds (WaitQueue). */
#pragma once

#include "bridge/time.h"
#include "kernel/contexts.h"
#include "kernel/opaque.h"
#include "kernel/result.h"
#include "kernel/time.h"

namespace kernel {

/** enum Interruptible - whether a signal ends the wait with ERESTARTSYS */
enum class Interruptible : bool { no, yes };

/**
 * class Completion - "this has happened"; complete() lets one waiter through, complete_all()
 * everyone from then on
 */
class Completion {
public:
	Completion() { bridge_completion_init(completion_.get()); }
	Completion(const Completion &) = delete;
	Completion &operator=(const Completion &) = delete;

	void complete(Irq) { bridge_complete(completion_.get()); }
	void complete_all(Irq) { bridge_complete_all(completion_.get()); }
	/** reinit() - Not yet happened again; nobody may be waiting. */
	void reinit() { bridge_completion_reinit(completion_.get()); }

	/** wait() - Return: nothing, ETIMEDOUT or ERESTARTSYS. */
	Result<void> wait(Reclaim, Deadline deadline,
			  Interruptible interruptible = Interruptible::no)
	{
		return from_errno(bridge_completion_wait(
			completion_.get(), static_cast<bool>(interruptible), deadline.monotonic()));
	}

private:
	Opaque<struct completion> completion_;
};

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
	Result<void> wait(Reclaim, Condition condition, Deadline deadline = Deadline::never(),
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
