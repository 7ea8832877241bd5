/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPU as the scheduler sees it: something that can be powered, that takes jobs on rings, and
 * that tells by an interrupt how far it has come. adreno/ implements it, tests have a fake.
 */
#pragma once

#include <optional>
#include <span>

#include "kernel/contexts.h"
#include "kernel/result.h"
#include "kernel/seqno.h"
#include "kernel/types.h"
#include "sched/hangcheck.h"

namespace msm {

class Ring;
class RingWriter;
class SoftVm;

/** enum CommandType - what a submit's command buffer is for (MSM_SUBMIT_CMD_x) */
enum class CommandType : u8 {
	buffer,          /* executed */
	ib_target,       /* reached from another buffer, never by the ring */
	context_restore, /* executed only when another context ran on the ring in between */
};

/**
 * struct Command - one command buffer of a job
 * @iova: GPU address, a multiple of 4
 * @words: length, at least 1, below 1 << 20 (the length field of CP_INDIRECT_BUFFER)
 */
struct Command {
	u64 iova;
	u32 words;
	CommandType type;
};

/** Longest command buffer in words */
inline constexpr u32 max_command_words = (1 << 20) - 1;

/** struct JobShape - what the number of ring words depends on */
struct JobShape {
	u32 commands;
};

/**
 * struct RingJob - a job as the hardware needs to know it
 * @seqno: to be written to the ring's fence record when the job has finished, with an interrupt
 * @commands: may be empty (a fence alone, or a job that is to have no effect)
 * @vm: address space to run in
 * @context: number of the submitting context, never reused, never 0: jobs of equal numbers share
 * state
 * @keep_counters: performance counters survive the switch from another context's job (SYSPROF)
 */
struct RingJob {
	kernel::Seqno seqno;
	std::span<const Command> commands;
	const SoftVm &vm;
	u64 context;
	bool keep_counters;
};

/**
 * struct GpuInfo - what does not change while a GPU is bound; the source of most parameters
 * @gpu_id: marketing number, 0 on chips that have none (MSM_PARAM_GPU_ID)
 * @chip_id: core, major, minor and patch in a byte each; speed bin in the high word where @gpu_id
 * is 0
 * @gmem_bytes: on-chip tile memory
 * @gmem_base: its address as the GPU sees it
 * @max_freq: Hz
 * @highest_bank_bit: memory layout; empty where the platform has no UBWC, as are the next two
 * @uche_trap_base: where the L2 traps shader accesses
 * @coherent_bos: whether the GPU can snoop CPU caches (MSM_BO_CACHED_COHERENT)
 */
struct GpuInfo {
	u32 gpu_id;
	u64 chip_id;
	u64 gmem_bytes;
	u64 gmem_base;
	u64 max_freq;
	std::optional<u32> highest_bank_bit;
	std::optional<u32> ubwc_swizzle;
	std::optional<u32> macrotile_mode;
	u64 uche_trap_base;
	bool raytracing;
	bool coherent_bos;
};

/** A position in a ring at which nothing is */
inline constexpr u32 no_mark = ~0u;

/**
 * struct JobMarks - where in the ring the CP says how far it has come, in words: behind those packets
 * @begun: all jobs before this one are over, for the CP has waited for that; no_mark if it does not
 * wait
 * @passed: the job's commands have been fetched and decoded, though what they started may go on
 */
struct JobMarks {
	u32 begun = no_mark;
	u32 passed = no_mark;
};

/** class Hardware - one GPU */
class Hardware {
public:
	/** ring_count() - rings, 1 … max_rings; constant */
	virtual u32 ring_count() const = 0;

	/** info() - static facts */
	virtual const GpuInfo &info() const = 0;

	/**
	 * power_up() - make the GPU ready for jobs: runtime resume, and initialisation if it had
	 * lost its state
	 *
	 * Calls nest: each is undone by one power_down().
	 *
	 * Return: an errno if the GPU did not come up; then nothing is to be undone.
	 */
	virtual kernel::Result<void> power_up(kernel::MayAlloc) = 0;

	/** power_down() - let the GPU sleep when it likes to */
	virtual void power_down(kernel::MayAlloc) = 0;

	/**
	 * claim_clocks() - the GPU's clocks run until release_clocks(); power is on
	 *
	 * Claims nest. Neither sleeps on more than leaf locks, nor resumes anything.
	 *
	 * Return: an errno if a clock did not start; then there is no claim.
	 */
	virtual kernel::Result<void> claim_clocks(kernel::Signalling) = 0;

	/**
	 * release_clocks() - a claim less; they run on until rest()
	 *
	 * Return: whether there is no claim any more.
	 */
	virtual bool release_clocks(kernel::Signalling) = 0;

	/**
	 * rest() - stop the clocks of a GPU that is on, if nobody claims them, and let it have its
	 * lowest frequency
	 */
	virtual void rest(kernel::MayAlloc) = 0;

	/** wake() - after rest(), with the clocks claimed again: the frequency that the load wants */
	virtual void wake(kernel::MayAlloc) = 0;

	/** boost() - a higher frequency than the load wants, or that no more; the GPU may be off */
	virtual void boost(kernel::MayAlloc, bool on) = 0;

	/**
	 * words_for() - ring words that a job of @shape takes at most
	 *
	 * The result saturates at U32_MAX. A job that exceeds ring_credits is refused.
	 */
	virtual u32 words_for(const JobShape &shape) const = 0;

	/**
	 * write() - write a job's words; the CP does not see them yet
	 * @writer: has room for words_for() words
	 *
	 * The words end with an event that writes @job.seqno to the ring's fence record and raises
	 * the interrupt. Nothing here may allocate, sleep on more than leaf locks, or resume
	 * anything: power is on.
	 *
	 * Return: where the CP will say on the way that it is, in Ring::position().
	 */
	virtual JobMarks write(kernel::Signalling, Ring &ring, const RingJob &job,
			       RingWriter &writer) = 0;

	/** kick() - let the CP fetch up to the ring's write position; its clocks are claimed */
	virtual void kick(kernel::Signalling, Ring &ring) = 0;

	/**
	 * position() - where the CP is
	 *
	 * Return: nothing while the GPU is off, or on its way up or down.
	 */
	virtual std::optional<GpuPosition> position(kernel::Irq) = 0;

	/**
	 * fault_block() - which block made an access that the SMMU refused
	 * @port: the SMMU's word for it, the low byte of FSYNR1
	 */
	virtual const char *fault_block(kernel::Irq, u32 port) = 0;

	/** is_stalled() - the SMMU holds a transaction of the GPU back; false while it is off */
	virtual bool is_stalled(kernel::Irq) = 0;

	/** end_stall() - let it end with an error, where the SMMU driver does not do that itself */
	virtual void end_stall(kernel::Irq) = 0;

	/** stall_on_faults() - whether to hold back transactions that are refused, from now on or
	 * the next power-up */
	virtual void stall_on_faults(kernel::Irq, bool stall) = 0;

	/**
	 * halt() - keep the CP from going on, and the GPU from interrupting; its registers stay as
	 * they are
	 *
	 * Power is on. What was started may still write memory: stop().
	 */
	virtual void halt(kernel::Signalling) = 0;

	/**
	 * stop() - make sure that the GPU neither fetches commands nor writes memory any more
	 *
	 * For a GPU with unfinished jobs that is to go away, or to be reset. Power is on,
	 * its clocks are claimed.
	 */
	virtual void stop(kernel::MayAlloc) = 0;

	/**
	 * reset() - take the power away and give it back, and initialise everything
	 *
	 * After stop(), with the caller's reference of power_up(); nobody else uses the GPU. All
	 * rings are empty for the CP afterwards, and Ring::reset() was called for each.
	 *
	 * Return: why the GPU does not come up; then the caller's reference is gone.
	 */
	virtual kernel::Result<void> reset(kernel::MayAlloc) = 0;

	/** timestamp() - ticks of the always-on counter; power is on, clocks are claimed */
	virtual u64 timestamp(kernel::Signalling) = 0;

	/** suspend_count() - how often the GPU has lost its state since it was bound */
	virtual u32 suspend_count() const = 0;

protected:
	~Hardware() = default;
};

} // namespace msm
