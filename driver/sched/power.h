/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Power for jobs. Each job that may come to run counts as armed from its ioctl, before any
 * reservation, until it is retired. While the count is not zero the GPU is held on by one
 * reference, so nothing between the push and the fence ever resumes anything.
 *
 * Between run_job and its retirement a job also claims the clocks. When no job has for a while,
 * though some are armed, all of them wait for other drivers' fences, and a worker lets the clocks
 * rest, at the lowest frequency; the next job that runs starts them, and has a worker raise that.
 */
#pragma once

#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/lock.h"
#include "kernel/result.h"
#include "kernel/types.h"
#include "kernel/wait.h"
#include "kernel/work.h"
#include "sched/boost.h"
#include "sched/hardware.h"

namespace msm {

/** class Power - the number of armed jobs of a device, and the reference that it owns */
class Power {
public:
	/** @rest_delay: how long the clocks run with no job to run for */
	explicit Power(Hardware &hardware,
		       kernel::Nanoseconds rest_delay = kernel::milliseconds(20));
	Power(const Power &) = delete;
	Power &operator=(const Power &) = delete;

	/** init() - once, before anything else */
	kernel::Result<void> init(kernel::MayAlloc);

	/**
	 * arm() - one job more; powers the GPU up for the first
	 *
	 * Return: ENODEV once closed, EIO once lost, or why the GPU does not come up.
	 */
	kernel::Result<void> arm(kernel::MayAlloc);

	/**
	 * arm_if_on() - count as a job to keep the GPU on, if it is on for a job anyway; also once
	 * closed
	 *
	 * Return: false if it is off.
	 */
	bool arm_if_on(kernel::MayAlloc);

	/** disarm() - one job less, after it has been retired */
	void disarm(kernel::MayAlloc);

	/**
	 * start() - an armed job goes to a ring: the clocks run
	 *
	 * Return: an errno if they do not; then there is nothing to finish().
	 */
	kernel::Result<void> start(kernel::Signalling);

	/** finish() - a job that was started is retired */
	void finish(kernel::Signalling);

	/** boost() - a higher frequency for a while */
	Boost &boost() { return boost_; }

	/** stop_work() - with no job left, and none to come: what workers still do is waited for */
	void stop_work(kernel::MayAlloc);

	/** rest_soon() - the clocks run, although maybe no job does */
	void rest_soon(kernel::Irq);

	/** hold(), release() - keep the GPU and its clocks on for another reason than a job; does not hinder
	 * close(). Errors as arm(). */
	kernel::Result<void> hold(kernel::MayAlloc);
	void release(kernel::MayAlloc);

	/**
	 * reset() - cycle the GPU's power (Hardware::reset()), while the caller counts as armed
	 *
	 * Return: EIO if it does not come up: then it is lost.
	 */
	kernel::Result<void> reset(kernel::MayAlloc);

	/** is_lost() - it did not come up, several times: arm() says EIO from then on; any context */
	bool is_lost() const { return lost_.get(); }

	/** close() - refuse from now on, and drop what hold() took */
	void close(kernel::MayAlloc);

	/**
	 * while_on() - have the GPU on during @use(), and not reset either
	 *
	 * Return: what @use() returns; errors as arm().
	 */
	template <typename Use>
	auto while_on(kernel::MayAlloc token, Use use) -> kernel::Result<decltype(use())>
	{
		kernel::MutexGuard guard(lock_, token);

		TRY(get(token));
		if (auto claimed = hardware_.claim_clocks(token); !claimed) {
			put(token);
			return kernel::err(claimed.error());
		}
		auto result = use();
		finish(token);
		put(token);
		return result;
	}

	/**
	 * wait_idle() - until no job is armed
	 *
	 * Return: ETIMEDOUT if there still are some at @deadline.
	 */
	kernel::Result<void> wait_idle(kernel::MayAlloc, kernel::Deadline deadline);

	/** armed() - for statistics; may have changed on return */
	u32 armed() const { return static_cast<u32>(armed_.get()); }

private:
	bool unused() const REQUIRES(lock_) { return armed_.get() == 0 && holds_ == 0; }
	kernel::Result<void> get(kernel::MayAlloc) REQUIRES(lock_);
	void put(kernel::MayAlloc) REQUIRES(lock_);
	kernel::Result<void> persevere(kernel::MayAlloc, kernel::Result<void> first)
		REQUIRES(lock_);
	void rest_time(kernel::Irq);
	void rest(kernel::MayAlloc);
	void wake(kernel::MayAlloc);

	Hardware &hardware_;
	kernel::WaitQueue idle_;
	kernel::Mutex<kernel::Rank::power> lock_;
	/* Why arm() is refused, a positive errno; 0: it is not. */
	int refusal_ GUARDED_BY(lock_) = 0;
	kernel::Atomic lost_;
	/* Holds the reference. */
	bool on_ GUARDED_BY(lock_) = false;
	/* Changed under the lock, read without: once arm() is refused, 0 is final. */
	kernel::Atomic armed_;
	u32 holds_ GUARDED_BY(lock_) = 0;

	const kernel::Nanoseconds rest_delay_;
	kernel::Work rest_work_;
	kernel::Work wake_work_;
	/* It may be at its lowest frequency. */
	kernel::Atomic slow_;
	/* Since when no job has run, ns; 0: one does, or none has yet. */
	kernel::Atomic64 pause_;
	/* Last, so that they go first: the timers, then what they may have queued. */
	kernel::WorkQueue queue_;
	Boost boost_;
	kernel::Timer rest_timer_;
};

} // namespace msm
