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
		if (power_error)
			return kernel::err(power_error);
		powered++;
		power_ups++;
		return {};
	}
	void power_down(kernel::MayAlloc) override { powered--; }

	u32 words_for(const JobShape &shape) const override
	{
		u64 words = 2 + u64{shape.commands} * 3;

		return words > ~0u ? ~0u : static_cast<u32>(words);
	}

	/* Each command as its address and length, then the seqno twice: words that a test can look
	 * for. */
	void write(kernel::Signalling, Ring &ring, const RingJob &job, RingWriter &writer) override
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
	}

	void kick(kernel::Signalling token, Ring &ring) override
	{
		kicks.add(1);
		if (finish_at_once.get())
			finish(token, ring);
	}

	void stop(kernel::MayAlloc) override
	{
		stopped = true;
		powered_at_stop = powered;
	}
	u64 timestamp(kernel::Signalling) override { return 0; }
	u32 suspend_count() const override { return 0; }

	/** finish() - the CP has done everything that was written */
	void finish(kernel::Irq token, Ring &ring)
	{
		ring.memptrs().fence = last_written.value();
		ring.signal_completed(token);
	}

	int power_error = 0;
	s32 powered = 0;
	u32 power_ups = 0;
	u32 commands_written = 0;
	bool stopped = false;
	s32 powered_at_stop = 0;
	kernel::Seqno last_written{first_seqno};
	kernel::Atomic kicks;
	kernel::Atomic finish_at_once;

private:
	const GpuInfo info_{};
};

} // namespace msm
