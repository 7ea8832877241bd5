/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An Adreno 6xx behind a GMU wrapper, as the scheduler's Hardware.
 *
 * It is either off or fully set up: runtime resume powers it, programs it and starts the CP on an
 * empty ring, and whoever holds a reference of runtime PM can rely on that. Its interrupt is
 * enabled exactly as long, so that the handler never finds the registers without power.
 *
 *	a6xx.cc		finding its parts, starting and stopping it
 *	a6xx_clocks.cc	letting its clocks rest while jobs wait
 *	a6xx_scaling.cc	its frequency
 *	a6xx_submit.cc	jobs into the ring
 *	a6xx_irq.cc	what it has to say
 *	a6xx_init.cc	the registers of bringing it up and down
 */
#pragma once

#include <optional>

#include "adreno/a6xx_state.h"
#include "adreno/catalog.h"
#include "adreno/gpu_power.h"
#include "adreno/mmio_io.h"
#include "kernel/alloc.h"
#include "kernel/atomic.h"
#include "kernel/devfreq.h"
#include "kernel/lock.h"
#include "sched/hardware.h"
#include "sched/recovery.h"
#include "vm/smmu.h"

namespace msm::adreno {

/**
 * struct CpMemory - the memory that the CP works with, mapped for as long as the GPU can be powered
 * @microcode: GPU address of the SQE's instructions
 * @rptr_shadow: GPU address where the CP says how far it has come (Ring::position()); mapped
 * privileged, so that no job can write there
 * @ring: the ring
 * @recovery: whom to tell when something is wrong
 * @smmu: through which the GPU sees all of it
 */
struct CpMemory {
	u64 microcode;
	u64 rptr_shadow;
	Ring *ring;
	Recovery *recovery;
	SmmuDevice *smmu;
};

/** class A6xx - one GPU */
class A6xx final : public Hardware {
public:
	/**
	 * A6xx::create() - takes what the device tree gives for the GPU; every failure is logged
	 *
	 * The GPU stays off, and runtime PM disabled, until start_power_management().
	 */
	static kernel::Result<kernel::Unique<A6xx>> create(kernel::MayAlloc, kernel::Device,
							   const ChipInfo &);

	A6xx(const A6xx &) = delete;
	A6xx &operator=(const A6xx &) = delete;

	const ChipInfo &chip() const { return chip_; }

	/**
	 * start_power_management() - from here on power_up() works; @memory is what the CP then
	 * starts with
	 */
	void start_power_management(kernel::MayAlloc, const CpMemory &memory);

	/**
	 * start_scaling() - from here on devfreq may ask for its load and set its frequency
	 *
	 * Return: ENOMEM. On a kernel that cannot scale it runs at its highest frequency.
	 */
	kernel::Result<void> start_scaling(kernel::MayAlloc);

	/**
	 * pause_scaling(), continue_scaling() - its load is of no interest in between, also while it
	 * is on; in turns
	 *
	 * The system's sleep freezes devfreq's work queue. Work that is called off while it waits in
	 * there leaves the queue stuck until the next sleep, for all devices (Linux 6.12 to 7.2,
	 * kernel/workqueue.c: the queue stays among those that wait for others' work to end).
	 */
	void pause_scaling(kernel::MayAlloc);
	void continue_scaling(kernel::MayAlloc);

	/** set_frequency() - for devfreq: @hz is an operating point's. load(): since it last asked */
	kernel::Result<void> set_frequency(kernel::MayAlloc token, u64 hz)
	{
		return frequency().want(token, hz);
	}
	Load load(kernel::MayAlloc);
	/** frequency_now() - while it has something to do, Hz */
	u64 frequency_now() { return frequency().wanted(); }

	/**
	 * unplug() - switches the GPU off for good and gives back all that was taken from the
	 * device
	 *
	 * Nobody may use the GPU any more; info() and the like stay valid.
	 */
	void unplug(kernel::MayAlloc);

	/** resume() - for runtime PM: power, registers, CP. After an error the GPU is off. */
	kernel::Result<void> resume(kernel::MayAlloc);

	/** suspend() - for runtime PM: off; no job may be in the ring */
	void suspend(kernel::MayAlloc);

	/**
	 * read_state() - what its registers say of a hang, see a6xx_state.h: values to @sink(u32)
	 *
	 * Power is on; the GPU may be at work, or stalled.
	 */
	template <typename Sink>
	void read_state(kernel::Signalling, Sink sink)
	{
		adreno::read_state(io(), sink);
	}
	/** status() - RBBM_STATUS: which blocks are busy. rptr(): the CP's read pointer, words. */
	u32 status(kernel::Signalling) { return io().read(reg::RBBM_STATUS); }
	u32 rptr(kernel::Signalling) { return io().read(reg::CP_RB_RPTR); }

	/** is_resting() - it is on, and its clocks are stopped; may have changed on return */
	bool is_resting(kernel::Irq);

	/** interrupt() - the GPU has something to say */
	void interrupt(kernel::Irq);

	/* Hardware */
	u32 ring_count() const override { return 1; }
	const GpuInfo &info() const override { return info_; }
	kernel::Result<void> power_up(kernel::MayAlloc) override;
	void power_down(kernel::MayAlloc) override;
	kernel::Result<void> claim_clocks(kernel::Signalling) override;
	bool release_clocks(kernel::Signalling) override;
	void rest(kernel::MayAlloc) override;
	void wake(kernel::MayAlloc) override;
	void boost(kernel::MayAlloc, bool on) override;
	u32 words_for(const JobShape &shape) const override;
	JobMarks write(kernel::Signalling, Ring &ring, const RingJob &job,
		       RingWriter &writer) override;
	void kick(kernel::Signalling, Ring &ring) override;
	std::optional<GpuPosition> position(kernel::Irq) override;
	const char *fault_block(kernel::Irq, u32 port) override;
	bool is_stalled(kernel::Irq) override;
	void end_stall(kernel::Irq) override;
	void stall_on_faults(kernel::Irq, bool stall) override;
	void halt(kernel::Signalling) override;
	void stop(kernel::MayAlloc) override;
	kernel::Result<void> reset(kernel::MayAlloc) override;
	u64 timestamp(kernel::Signalling) override;
	u32 suspend_count() const override { return static_cast<u32>(suspend_count_.get()); }

	A6xx(kernel::Device device, const ChipInfo &chip, const UbwcConfig &ubwc, GpuPower &&power,
	     kernel::IoMapping &&mapping);

private:
	/* What belongs to the device: there until unplug(). */
	struct Parts {
		Parts(GpuPower &&gpu_power, kernel::IoMapping &&gpu_mapping)
			: power(std::move(gpu_power)), mapping(std::move(gpu_mapping)),
			  io(mapping, power.gmu().io())
		{
		}

		GpuPower power;
		const kernel::IoMapping mapping;
		MmioIo io;
		/* Last, so that no handler runs while the rest goes. */
		std::optional<kernel::Interrupt> interrupt;
	};

	kernel::Result<void> start(kernel::MayAlloc);
	void shut_down(kernel::MayAlloc);
	kernel::Result<void> cycle_power(kernel::MayAlloc);
	/* Off: runtime PM has them. */
	enum class Clocks : u8 { off, running, resting };

	void clocks_are_on(kernel::MayAlloc);
	bool clocks_go_off(kernel::MayAlloc);
	kernel::Result<void> wake_clocks(kernel::Signalling) REQUIRES(clock_lock_);
	void set_resting(kernel::Irq, bool resting);
	void scale(kernel::MayAlloc);
	void stop_scaling(kernel::MayAlloc);
	std::optional<u64> busy_ticks(kernel::Irq);
	kernel::Result<void> initialise(kernel::MayAlloc);
	kernel::Result<void> initialise_cp(kernel::MayAlloc);
	bool report_cp_error();
	static bool is_stalled(u32 status3);
	bool answers() const REQUIRES(on_lock_) { return on_ && !resting_; }
	RegisterIo &io() { return parts_->io; }
	Frequency &frequency() { return parts_->power.frequency(); }

	const kernel::Device device_;
	const ChipInfo &chip_;
	const UbwcConfig ubwc_;
	const GpuInfo info_;
	CpMemory memory_{};
	/* Whose state the ring's next job would find; 0: nobody's. Written where the ring is. */
	u64 current_context_ = 0;
	kernel::Atomic suspend_count_;
	kernel::Mutex<kernel::Rank::clocks> clock_lock_;
	Clocks clocks_ GUARDED_BY(clock_lock_) = Clocks::off;
	u32 clock_claims_ GUARDED_BY(clock_lock_) = 0;
	bool managed_ = false;
	/* The bus was halted for a reset: it would not drain a second time. */
	bool halted_ = false;
	/* Registers may be read by who does not know whether the GPU is on, while this is held. */
	kernel::IrqSpinLock<kernel::Rank::registers> on_lock_;
	bool on_ GUARDED_BY(on_lock_) = false;
	/* Its clocks do not run, so it does not answer. */
	bool resting_ GUARDED_BY(on_lock_) = false;
	bool was_set_up_ = false;
	std::optional<Parts> parts_;
	/* As start() and shut_down(): one at a time. */
	bool resetting_ = false;
	bool scales_ = false;
	/* Last: it uses the rest. */
	std::optional<kernel::Devfreq> scaling_;
};

} // namespace msm::adreno
