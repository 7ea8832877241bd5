/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of a GPU at one moment, and its text.
 *
 * take() runs where fences wait for it: it copies into memory that it gets without waiting, as much
 * as there is, the most telling first. show() makes the text later, in the format of Linux' drm/msm
 * (msm_gpu.c, adreno_gpu.c, a6xx_gpu_state.c), which Mesa's crashdec reads.
 */
#pragma once

#include <array>

#include "adreno/a6xx.h"
#include "kernel/alloc.h"
#include "kernel/tape.h"
#include "kernel/task.h"
#include "sched/context.h"
#include "sched/hang_observer.h"
#include "sched/scheduler.h"

struct drm_printer;

namespace msm::debug {

/** Most that a snapshot takes, pages: registers, rings, and the rest for buffers */
inline constexpr u32 snapshot_pages = 2048;

/** Most of one buffer's contents, bytes */
inline constexpr u64 snapshot_bo_bytes = 1 << 20;

/** class Snapshot - see above */
class Snapshot {
public:
	/** Snapshot::create() - an empty one of @gpu; ENOMEM */
	static kernel::Result<kernel::Unique<Snapshot>> create(kernel::MayAlloc, adreno::A6xx &gpu,
							       Scheduler &scheduler);

	/**
	 * take() - see above
	 * @report: why, and whose job it was; nullptr if someone only looks
	 *
	 * The GPU is powered, unless @report says that it does not come up.
	 */
	void take(kernel::Signalling, const HangReport *report);

	/** clear() - as new: what it holds of a job's owner, too */
	void clear(kernel::MayAlloc);

	/**
	 * show() - what was taken, without the lines that only a dump begins with. The same text
	 * each time.
	 */
	void show(struct drm_printer *to) const;

	/** has_job(), context(), submitter(), command_line() - whose job it was, if it was anyone's */
	bool has_job() const { return static_cast<bool>(context_); }
	Context &context() const { return *context_; }
	const kernel::Process &submitter() const { return submitter_; }
	const char *command_line() const { return command_line_ ? command_line_->text() : nullptr; }

	/** cause(), seconds(), nanoseconds() - why, and when since 1970 */
	HangCause cause() const { return cause_; }
	u64 seconds() const { return seconds_; }
	u32 nanoseconds() const { return nanoseconds_; }

	Snapshot(adreno::A6xx &gpu, Scheduler &scheduler) : gpu_(gpu), scheduler_(scheduler) {}

private:
	/* A piece of the tape. */
	struct Piece {
		u32 at = 0;
		u32 bytes = 0;
	};

	struct RingState {
		u64 iova;
		u32 last_fence;
		u32 retired_fence;
		u32 rptr;
		u32 wptr;
		Piece words;
	};

	/* On the tape, followed by as much of its contents as there is. */
	struct BoRecord {
		u64 iova;
		u64 size;
		u32 flags;
		u32 bytes;
		char name[32];
	};

	void take_walk(kernel::Signalling, const SoftVm &vm);
	void take_registers(kernel::Signalling);
	void take_ring(kernel::Signalling, Ring &ring);
	void take_bos(kernel::Signalling, const Job &job);
	bool take_bo(kernel::Signalling, const JobBo &bo, bool contents);

	void show_fault(struct drm_printer *to) const;
	void show_rings(struct drm_printer *to) const;
	void show_bos(struct drm_printer *to) const;
	void show_registers(struct drm_printer *to) const;
	void show_data(struct drm_printer *to, Piece piece) const;
	u32 used_words(Piece piece) const;

	adreno::A6xx &gpu_;
	Scheduler &scheduler_;

	HangCause cause_ = HangCause::forced;
	u64 seconds_ = 0;
	u32 nanoseconds_ = 0;
	bool has_fault_ = false;
	GpuFault fault_{};
	/* What the page tables of the job said to it, if they are known. */
	bool has_walk_ = false;
	u64 walk_ttbr_ = 0;
	PageWalk walk_{};
	kernel::Ref<Context> context_;
	kernel::Process submitter_;
	kernel::Ref<kernel::CommandLine> command_line_;
	u32 rbbm_status_ = 0;
	std::array<RingState, max_rings> rings_{};
	Piece registers_;
	Piece bos_;
	u32 left_out_ = 0;
	kernel::Tape tape_;
};

} // namespace msm::debug
