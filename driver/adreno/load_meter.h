/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How busy the GPU is: its own counter of busy time, looked at every now and then.
 *
 * The counter stops, and cannot be read, while the GPU sleeps or its clocks rest, which is a time in
 * which it has nothing to do.
 */
#pragma once

#include <algorithm>
#include <optional>

#include "kernel/types.h"

namespace msm::adreno {

/**
 * struct Load - of the time between two looks
 * @busy: µs, never more than @total
 * @total: µs
 */
struct Load {
	u64 busy;
	u64 total;

	constexpr bool operator==(const Load &) const = default;
};

/** class LoadMeter - what the counter said last; its owner has a lock for it */
class LoadMeter {
public:
	/** hz - at which the counter counts while the GPU is busy */
	static constexpr u64 hz = 19'200'000;

	/**
	 * start() - the GPU is there, its counter at @ticks
	 * @now: ns
	 */
	void start(std::optional<u64> ticks, u64 now)
	{
		last_ticks_ = ticks.value_or(0);
		last_look_ = now;
	}

	/**
	 * look() - the load since start(), or the last look()
	 * @ticks: of the counter; nothing if it cannot be read
	 * @now: ns
	 *
	 * A counter that went back, or has counted more than there was time, is not believed.
	 */
	Load look(std::optional<u64> ticks, u64 now)
	{
		u64 counted = ticks && *ticks > last_ticks_ ? *ticks - last_ticks_ : 0;
		u64 most = (now - last_look_) / 1'000;
		u64 busy = counted < ~u64{0} / 1'000'000 ? counted * 1'000'000 / hz : most;

		if (ticks)
			last_ticks_ = *ticks;
		last_look_ = now;
		return {.busy = std::min(busy, most), .total = most};
	}

private:
	u64 last_ticks_ = 0;
	u64 last_look_ = 0;
};

} // namespace msm::adreno
