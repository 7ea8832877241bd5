/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the GPU runs at.
 *
 * Frequency scaling wants an operating point, by the load. That is what it runs at while it has
 * something to do. While all jobs wait for others' fences the lowest will do, and while it is off no
 * operating point is voted for. What is wanted meanwhile counts from the next job on, so that
 * scaling need not know of either.
 *
 * Clocks, regulators and interconnects have locks under which others allocate: all of this needs
 * MayAlloc. run_job, which may find the GPU at its lowest frequency, leaves it to a worker to raise it.
 */
#pragma once

#include "adreno/load_meter.h"
#include "kernel/atomic.h"
#include "kernel/device_power.h"
#include "kernel/fail_point.h"
#include "kernel/lock.h"
#include "kernel/time.h"

namespace msm::adreno {

/**
 * class FrequencyOf - the operating point of a GPU
 * @Points: kernel::OperatingPoints; another in tests
 */
template <typename Points>
class FrequencyOf {
public:
	/** @points: none of them is voted for yet; the highest is wanted until want() */
	explicit FrequencyOf(Points &&points)
		: max_(points.max()), points_(std::move(points)), wanted_(static_cast<s64>(max_))
	{
	}
	FrequencyOf(const FrequencyOf &) = delete;
	FrequencyOf &operator=(const FrequencyOf &) = delete;

	/** max() - Hz */
	u64 max() const { return max_; }

	/** wanted() - what it runs at when it has something to do, Hz; may have changed on return */
	u64 wanted() const { return static_cast<u64>(wanted_.get()); }

	/** on() - votes for what is wanted; after an error for nothing */
	kernel::Result<void> on(kernel::MayAlloc token)
	{
		kernel::MutexGuard guard(lock_, token);

		/* A step of coming up, so one that a test fails. */
		TRY(kernel::fail_point(token));
		TRY(points_.set(token, wanted()));
		on_ = true;
		idle_ = false;
		return {};
	}

	/** off() - no votes any more */
	void off(kernel::MayAlloc token)
	{
		kernel::MutexGuard guard(lock_, token);

		on_ = false;
		points_.release(token);
	}

	/**
	 * want() - run at @hz, an operating point's, as soon as there is something to do
	 *
	 * Return: why it stays as it was.
	 */
	kernel::Result<void> want(kernel::MayAlloc token, u64 hz)
	{
		kernel::MutexGuard guard(lock_, token);

		if (on_ && !idle_ && hz != wanted())
			TRY(points_.set(token, hz));
		wanted_.set(static_cast<s64>(hz));
		return {};
	}

	/**
	 * settle() - @is_idle() is not what it was
	 * @is_idle: bool(), of a GPU that is on; whoever changes it calls this afterwards, so that
	 * the last one to get the lock leaves what is right
	 *
	 * Return: why it stays as it was.
	 */
	template <typename IsIdle>
	kernel::Result<void> settle(kernel::MayAlloc token, IsIdle is_idle)
	{
		kernel::MutexGuard guard(lock_, token);
		bool idle = is_idle();

		if (!on_ || idle == idle_)
			return {};
		TRY(points_.set(token, idle ? points_.min() : wanted()));
		idle_ = idle;
		return {};
	}

	/**
	 * start_meter() - the GPU was powered up
	 * @ticks: std::optional<u64>(), the counter of busy time, of LoadMeter::hz
	 */
	template <typename Ticks>
	void start_meter(kernel::MayAlloc token, Ticks ticks)
	{
		kernel::MutexGuard guard(lock_, token);

		meter_.start(ticks(), kernel::monotonic_now());
	}

	/** load() - since it was asked for last; @ticks as start_meter() */
	template <typename Ticks>
	Load load(kernel::MayAlloc token, Ticks ticks)
	{
		kernel::MutexGuard guard(lock_, token);

		return meter_.look(ticks(), kernel::monotonic_now());
	}

private:
	kernel::Mutex<kernel::Rank::frequency> lock_;
	const u64 max_;
	Points points_ GUARDED_BY(lock_);
	/* Changed under the lock, read without. */
	kernel::Atomic64 wanted_;
	/* Votes for an operating point; which is the lowest while it is idle. */
	bool on_ GUARDED_BY(lock_) = false;
	bool idle_ GUARDED_BY(lock_) = false;
	LoadMeter meter_ GUARDED_BY(lock_);
};

using Frequency = FrequencyOf<kernel::OperatingPoints>;

} // namespace msm::adreno
