/* SPDX-License-Identifier: GPL-2.0-only */
/* Durations, and deadlines on CLOCK_MONOTONIC, which is what the uAPI's absolute timeouts mean. */
#pragma once

#include <compare>

#include "bridge/time.h"
#include "kernel/contexts.h"
#include "kernel/types.h"

namespace kernel {

/** struct Nanoseconds - a duration */
struct Nanoseconds {
	u64 count;

	constexpr auto operator<=>(const Nanoseconds &) const = default;
};

constexpr Nanoseconds microseconds(u64 count)
{
	return {count * 1'000};
}

constexpr Nanoseconds milliseconds(u64 count)
{
	return {count * 1'000'000};
}

/** monotonic_now() - ns of CLOCK_MONOTONIC */
inline u64 monotonic_now()
{
	return bridge_monotonic_ns();
}

/**
 * class Deadline - a point in time to wait for at most: absolute, so that waiting again does not
 * prolong it
 */
class Deadline {
public:
	static constexpr Deadline never() { return Deadline(~0ull); }
	/** now() - Already passed: waiting until then only looks. */
	static constexpr Deadline now() { return Deadline(0); }
	static Deadline after(Nanoseconds duration)
	{
		return Deadline(saturating_add(monotonic_now(), duration.count));
	}
	/**
	 * at() - From the uAPI's absolute timespec, whose nanoseconds may be any number, as for
	 * drm/msm. What is negative has passed; what is beyond what fits is never.
	 */
	static constexpr Deadline at(s64 seconds, s64 nanoseconds)
	{
		s64 sum = 0;

		if (__builtin_mul_overflow(seconds, s64{1'000'000'000}, &sum))
			return seconds < 0 ? now() : never();
		if (__builtin_add_overflow(sum, nanoseconds, &sum))
			return nanoseconds < 0 ? now() : never();
		return sum < 0 ? now() : Deadline(static_cast<u64>(sum));
	}

	constexpr u64 monotonic() const { return at_; }
	bool passed() const { return monotonic_now() >= at_; }
	/** jiffies() - Left until then: 0 if it has passed, else at least 1. */
	long jiffies() const { return bridge_jiffies_until(at_); }

private:
	explicit constexpr Deadline(u64 at) : at_(at) {}

	static constexpr u64 saturating_add(u64 a, u64 b)
	{
		u64 sum = 0;

		return __builtin_add_overflow(a, b, &sum) ? ~0ull : sum;
	}

	u64 at_;
};

/**
 * class Patience - the bound of a wait in reclaim: short, and known when it is compiled
 *
 * Whoever asked for memory waits along, and with him who wants what he holds.
 */
class Patience {
public:
	static constexpr Nanoseconds most = milliseconds(100);

	/** @bound: %most at most, which the compiler checks */
	consteval explicit Patience(Nanoseconds bound) : bound_(bound)
	{
		if (bound > most)
			longer_than_reclaim_may_wait();
	}

	/** deadline() - of a wait that begins now */
	Deadline deadline() const { return Deadline::after(bound_); }

private:
	/* Not constexpr, nor anywhere: calling it is the error. */
	static void longer_than_reclaim_may_wait();

	Nanoseconds bound_;
};

/** sleep_for() - At least @us microseconds, at most twice that. */
inline void sleep_for(Signalling, u32 us)
{
	bridge_usleep_range(us, 2 * us);
}

/** delay() - @us microseconds of busy waiting; keep it below some ten. */
inline void delay(u32 us)
{
	bridge_udelay(us);
}

} // namespace kernel
