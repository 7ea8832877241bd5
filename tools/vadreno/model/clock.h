/* SPDX-License-Identifier: GPL-2.0-only */
/* Time, as an injected dependency: the model's counters and timeouts run on it, and tests turn its
 * hands. */
#pragma once

#include <chrono>
#include <thread>

namespace vadreno {

/** Clock - monotonic nanoseconds from an arbitrary start. */
class Clock {
public:
	virtual ~Clock() = default;
	virtual std::chrono::nanoseconds now() const = 0;
	/** pass() - let that much time go by; the caller does nothing meanwhile. */
	virtual void pass(std::chrono::nanoseconds time) const = 0;
};

/** SteadyClock - the host's monotonic clock. */
class SteadyClock : public Clock {
public:
	std::chrono::nanoseconds now() const override
	{
		return std::chrono::steady_clock::now().time_since_epoch();
	}
	void pass(std::chrono::nanoseconds time) const override
	{
		std::this_thread::sleep_for(time);
	}
};

} // namespace vadreno
