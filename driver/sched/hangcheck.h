/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a ring's jobs still get on: a decision from two looks at the GPU, one period apart.
 *
 * A job gets on if the CP moves. It may also do so for too long: each queue has a limit, counted in
 * the GPU's own ticks, so that time in which the GPU had no clock does not count. While the SMMU
 * holds a transaction back the CP cannot move, and that is not the job's fault; but that too has an
 * end.
 *
 * Source of what is looked at: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c (a6xx_progress).
 */
#pragma once

#include <optional>

#include "kernel/seqno.h"
#include "kernel/types.h"

namespace msm {

/** The always-on counter's rate is 19.2 MHz on every chip. */
inline constexpr u64 ticks_per_ms = 19'200;

/**
 * struct GpuPosition - where the CP is
 * @rptr: in the ring
 * @ib1, @ib2: the indirect buffers it executes
 * @ib1_left, @ib2_left: words of them that it has not consumed
 * @ticks: of the always-on counter
 * @stalled: the SMMU holds a transaction back
 */
struct GpuPosition {
	u32 rptr;
	u64 ib1;
	u64 ib2;
	u32 ib1_left;
	u32 ib2_left;
	u64 ticks;
	bool stalled;

	/** is_at() - the same place, at whatever time */
	constexpr bool is_at(const GpuPosition &other) const
	{
		return rptr == other.rptr && ib1 == other.ib1 && ib2 == other.ib2 &&
		       ib1_left == other.ib1_left && ib2_left == other.ib2_left;
	}
};

/** class Hangcheck - what is remembered of a ring from one look to the next */
class Hangcheck {
public:
	/** Looks for which a transaction may be held back: its fault is dealt with long before. */
	static constexpr u32 max_stalled_looks = 10;

	/**
	 * is_hung() - look at a ring with unfinished jobs
	 * @oldest: the oldest of them
	 * @position: of the CP
	 * @limit: ticks that this job may take
	 */
	constexpr bool is_hung(kernel::Seqno oldest, const GpuPosition &position, u64 limit)
	{
		std::optional<Look> before = last_;

		if (!before || before->oldest != oldest) {
			last_ = Look{oldest, position, position.ticks, 0, false};
			return false;
		}
		last_->position = position;
		last_->excused = false;
		if (position.stalled)
			return ++last_->stalled_looks > max_stalled_looks;
		last_->stalled_looks = 0;
		/* What it did while held back says nothing. */
		if (before->position.stalled)
			return false;
		if (position.ticks - before->since > limit)
			return true;
		return !before->excused && (position.is_at(before->position) ||
					    position.ticks == before->position.ticks);
	}

	/**
	 * excuse() - the job was hindered since the last look: that it is where it was says nothing at
	 * the next, but its time goes on
	 */
	constexpr void excuse()
	{
		if (last_)
			last_->excused = true;
	}

	/** forget() - the next look is a first one */
	constexpr void forget() { last_ = {}; }

private:
	struct Look {
		kernel::Seqno oldest;
		GpuPosition position;
		/* Ticks when this job was first seen as the oldest. */
		u64 since;
		u32 stalled_looks;
		bool excused;
	};

	std::optional<Look> last_;
};

} // namespace msm
