/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the recovery knows of a GPU that went wrong, and who wants to see it before the evidence is
 * gone: the dump.
 */
#pragma once

#include "kernel/contexts.h"
#include "kernel/types.h"

namespace msm {

class Job;
class Ring;

/** enum HangCause - what made the driver look after the GPU */
enum class HangCause : u8 {
	no_progress,    /* the hangcheck saw no progress, or a job take too long */
	hang_interrupt, /* the GPU's own hang detector */
	cp_error,       /* the CP refused what it was given, and stopped */
	smmu_fault,     /* nothing is mapped where the GPU went; it goes on afterwards */
	power_up,       /* it did not come up */
	forced,         /* someone asked for it (debugfs) */
};

/** name_of() - for messages and dumps */
constexpr const char *name_of(HangCause cause)
{
	switch (cause) {
	case HangCause::no_progress:
		return "no progress";
	case HangCause::hang_interrupt:
		return "hang detected";
	case HangCause::cp_error:
		return "command processor error";
	case HangCause::smmu_fault:
		return "page fault";
	case HangCause::power_up:
		return "power-up failed";
	case HangCause::forced:
		return "reset on request";
	}
	return "unknown";
}

/**
 * struct GpuFault - a translation of the SMMU that failed
 * @iova: the address, to the byte
 * @ttbr0: page table of the process, as the SMMU had it
 * @fsr, @fsynr0, @fsynr1, @contextidr: the context bank's registers; zero where the SMMU driver
 * does not tell
 * @write: direction
 * @type: "TRANSLATION", "PERMISSION", "EXTERNAL" or "UNKNOWN"
 * @block: which block of the GPU asked for it
 */
struct GpuFault {
	u64 iova;
	u64 ttbr0;
	u32 fsr;
	u32 fsynr0;
	u32 fsynr1;
	u32 contextidr;
	bool write;
	const char *type;
	const char *block;
};

/**
 * struct HangReport - see above; valid during capture()
 * @cause: why
 * @ring: the ring concerned
 * @job: the oldest unfinished job there, which is the guilty one; nullptr if there is none. Its
 * commands, buffers, address space, queue and submitter stay until capture() returns.
 * @fault: with HangCause::smmu_fault, and with another cause if that ring's job has had one; or
 * nullptr
 */
struct HangReport {
	HangCause cause;
	Ring &ring;
	const Job *job;
	const GpuFault *fault;
};

/** class HangObserver - told of hangs and faults; Scheduler::observe_hangs() */
class HangObserver {
public:
	/**
	 * capture() - take down what is to be known
	 *
	 * The GPU is powered (but for HangCause::power_up), and does not go on meanwhile: its CP
	 * is halted, or the SMMU stalls it. No job is being written to a ring. Fences wait for
	 * this: nothing may be allocated that waits for memory, and no lock be taken that is ever
	 * held over such an allocation. No two calls at a time.
	 */
	virtual void capture(kernel::Signalling, const HangReport &report) = 0;

	/**
	 * wants_faults() - whether a page fault is worth stopping the GPU for, that is whether
	 * capture() would keep it; any context
	 */
	virtual bool wants_faults() const = 0;

protected:
	~HangObserver() = default;
};

} // namespace msm
