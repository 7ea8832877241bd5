/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dump of a GPU that went wrong, for whoever has to find out why: taken while the GPU is stopped,
 * put into words by a worker, then a device coredump (/sys/class/devcoredump) until it is read.
 *
 * One at a time: the first crash tells more than those that it may have caused. While a dump waits to
 * be read the next ones are dropped, and after one was dropped none is even taken for a while.
 */
#pragma once

#include "debug/snapshot.h"
#include "kernel/atomic.h"
#include "kernel/work.h"

namespace msm::debug {

/** class CrashDump - of one GPU */
class CrashDump final : public HangObserver {
public:
	/** CrashDump::create() - @device: whose dump it is, as userspace sees it; ENOMEM */
	static kernel::Result<kernel::Unique<CrashDump>> create(kernel::MayAlloc,
								struct device *device,
								adreno::A6xx &gpu,
								Scheduler &scheduler);

	/* HangObserver */
	void capture(kernel::Signalling, const HangReport &report) override;
	bool wants_faults() const override;

	/** flush() - return when what was captured has been handed over */
	void flush(kernel::MayAlloc token) { work_.flush(token); }

	CrashDump(struct device *device, kernel::Unique<Snapshot> snapshot,
		  kernel::WorkQueue queue);

private:
	/* Goes to bridge_coredump_hand_over(), which takes it. */
	struct TextDump {
		char *data = nullptr;
		size_t size = 0;
	};

	void run(kernel::MayAlloc);
	TextDump print(kernel::MayAlloc);

	struct device *const device_;
	const kernel::Unique<Snapshot> snapshot_;
	/* Whether the snapshot is the worker's. */
	kernel::Atomic busy_;
	/* Monotonic ns until when none is taken. */
	kernel::Atomic64 blind_until_;
	kernel::Work work_;
	/* Last, so that it goes, and waits for the work, first. */
	kernel::WorkQueue queue_;
};

} // namespace msm::debug
