/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A GPU for tests of sched/: it notes what it is told, and finishes jobs when the test says so.
 */
#pragma once

#include <cstddef>

#include "kernel/atomic.h"
#include "sched/hardware.h"
#include "sched/ring.h"

namespace msm {

/** class FakeHardware - one ring; powers up unless told not to */
class FakeHardware final : public Hardware {
public:
	u32 ring_count() const override { return 1; }
	const GpuInfo &info() const override { return info_; }

	kernel::Result<void> power_up(kernel::MayAlloc) override
	{
		if (power_error && power_failures) {
			power_failures--;
			return kernel::err(power_error);
		}
		powered++;
		power_ups++;
		return {};
	}
	void power_down(kernel::MayAlloc) override { powered--; }

	kernel::Result<void> claim_clocks(kernel::Signalling) override
	{
		if (clock_error)
			return kernel::err(clock_error);
		clock_claims.add(1);
		resting.set(0);
		return {};
	}
	bool release_clocks(kernel::Signalling) override { return clock_claims.add(-1) == 0; }
	void rest(kernel::MayAlloc) override
	{
		if (!clock_claims.get())
			resting.set(1);
	}
	void wake(kernel::MayAlloc) override { wakes.add(1); }
	void boost(kernel::MayAlloc, bool on) override
	{
		boosted.set(on);
		boosts.add(on);
	}

	u32 words_for(const JobShape &shape) const override
	{
		u64 words = 2 + u64{shape.commands} * 3;

		return words > ~0u ? ~0u : static_cast<u32>(words);
	}

	/* Each command as its address and length, then the seqno twice: words that a test can look
	 * for. */
	JobMarks write(kernel::Signalling, Ring &ring, const RingJob &job,
		       RingWriter &writer) override
	{
		for (const Command &command : job.commands) {
			writer.word(static_cast<u32>(command.iova));
			writer.word(static_cast<u32>(command.iova >> 32));
			writer.word(command.words);
		}
		writer.word(job.seqno.value());
		writer.word(~job.seqno.value());
		commands_written += static_cast<u32>(job.commands.size());
		last_written = job.seqno;
		return {.passed = writer.position()};
	}

	void kick(kernel::Signalling token, Ring &ring) override
	{
		kicks.add(1);
		if (finish_at_once.get())
			finish(token, ring);
	}

	std::optional<GpuPosition> position(kernel::Irq) override { return at; }

	const char *fault_block(kernel::Irq, u32) override { return "CP"; }
	bool is_stalled(kernel::Irq) override { return stalled; }
	void end_stall(kernel::Irq) override
	{
		stalled = false;
		stalls_ended++;
	}
	void stall_on_faults(kernel::Irq, bool stall) override { stalls = stall; }

	void halt(kernel::Signalling) override { halts++; }

	void stop(kernel::MayAlloc) override
	{
		stopped = true;
		powered_at_stop = powered;
	}
	kernel::Result<void> reset(kernel::MayAlloc token) override
	{
		resets++;
		powered--;
		TRY(power_up(token));
		if (ring)
			ring->reset(token);
		return {};
	}
	u64 timestamp(kernel::Signalling) override { return 0; }
	u32 suspend_count() const override { return 0; }

	/** complete() - the CP has done everything that was written, and nobody was told yet */
	void complete(Ring &ring)
	{
		ring.position() = ring.wptr();
		ring.memptrs().fence = last_written.value();
	}

	/** finish() - the same, with the interrupt */
	void finish(kernel::Irq token, Ring &ring)
	{
		complete(ring);
		ring.signal_completed(token);
	}

	/** finish_one() - the same for the oldest job alone */
	void finish_one(kernel::Irq token, Ring &ring)
	{
		ring.with_oldest(token, [&](const JobBlock &block) {
			ring.position() = block.marks.passed;
			ring.memptrs().fence = block.seqno.value();
		});
		ring.signal_completed(token);
	}

	/** What position() says; and the ring that reset() resets. */
	std::optional<GpuPosition> at;
	Ring *ring = nullptr;

	/** What power_up() fails with, and how often. */
	int power_error = 0;
	u32 power_failures = ~0u;
	bool stalled = false;
	bool stalls = true;
	u32 stalls_ended = 0;
	u32 halts = 0;
	u32 resets = 0;
	int clock_error = 0;
	s32 powered = 0;
	u32 power_ups = 0;
	u32 commands_written = 0;
	bool stopped = false;
	s32 powered_at_stop = 0;
	kernel::Seqno last_written{first_seqno};
	kernel::Atomic kicks;
	kernel::Atomic clock_claims;
	kernel::Atomic resting;
	kernel::Atomic wakes;
	/* Whether it is, and how often it was told to be. */
	kernel::Atomic boosted;
	kernel::Atomic boosts;
	kernel::Atomic finish_at_once;

private:
	const GpuInfo info_{};
};

} // namespace msm
