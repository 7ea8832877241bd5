/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The scheduling side of one GPU: its rings with their timelines, its power, the way out for its
 * jobs.
 *
 * Device-wide and as long-lived as the DRM device: contexts that are still open when the hardware
 * goes find a scheduler that refuses, not one that is gone.
 */
#pragma once

#include <array>
#include <optional>
#include <span>

#include "kernel/alloc.h"
#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/drm_sched.h"
#include "kernel/registry.h"
#include "kernel/result.h"
#include "sched/hang_observer.h"
#include "sched/hardware.h"
#include "sched/memptrs.h"
#include "sched/power.h"
#include "sched/recovery.h"
#include "sched/retire.h"
#include "sched/ring.h"
#include "sched/submitqueue.h"
#include "vm/soft_vm.h"

struct device;

namespace msm {

/**
 * struct RingMemory - what a ring is made of
 * @words: the CPU's view of it, ring_bytes long
 * @iova: the GPU's address of it
 * @position: where the CP says how far it has come, out of command streams' reach
 */
struct RingMemory {
	volatile u32 *words;
	u64 iova;
	volatile u32 *position;
};

/** class Scheduler - see above */
class Scheduler {
public:
	/**
	 * Scheduler::create() - a scheduler at work
	 * @dev: for messages
	 * @hardware: outlives it
	 * @rings: memory of each of the hardware's rings, mapped until after stop()
	 * @memptrs: CPU's view of a record for each, the same
	 * @memptrs_iova: the GPU's address of those
	 *
	 * Return: ENOMEM.
	 */
	static kernel::Result<kernel::Unique<Scheduler>> create(
		kernel::MayAlloc, struct device *dev, Hardware &hardware,
		std::span<const RingMemory> rings, RingMemptrs *memptrs, u64 memptrs_iova);

	/** device() - for messages */
	struct device *device() const { return dev_; }
	Hardware &hardware() const { return hardware_; }
	Power &power() { return power_; }
	RetireQueue &retire() { return retire_; }
	Recovery &recovery() { return recovery_; }
	u32 ring_count() const { return hardware_.ring_count(); }
	Ring &ring(u32 id) { return slots_[id]->ring; }
	kernel::Timeline &timeline(u32 id) { return slots_[id]->timeline; }

	/** priorities() - how many userspace may choose from (MSM_PARAM_PRIORITIES) */
	u32 priorities() const { return hardware_.ring_count() * kernel::sched_levels; }

	/** next_context_number() - 1, 2, … */
	u64 next_context_number() { return static_cast<u64>(contexts_.add(1)); }

	/** next_job_number() - 1, 2, … for tracing */
	u32 next_job_number() { return static_cast<u32>(jobs_.add(1)); }
	/** job_count() - jobs that there have been */
	u32 job_count() const { return static_cast<u32>(jobs_.get()); }

	/** context_count() - contexts that exist */
	u32 context_count() const { return static_cast<u32>(open_contexts_.get()); }
	void count_contexts(s32 change) { open_contexts_.add(change); }

	/** queues() - those that exist, with all that still have jobs */
	kernel::Registry<Submitqueue> &queues() { return queues_; }

	/** profilers() - contexts that asked for counters to survive context switches (SYSPROF) */
	u32 profilers() const { return static_cast<u32>(profilers_.get()); }
	void count_profilers(s32 change) { profilers_.add(change); }

	/** observe_hangs() - @observer, which outlives it, is told; before the first job. nullptr:
	 * nobody */
	void observe_hangs(HangObserver *observer) { observer_ = observer; }
	HangObserver *observer() const { return observer_; }

	/**
	 * keep_loaded() - the CP has been through a job of @ring in @vm: from now on the SMMU walks the
	 * tables of that, or of a later job, and no others
	 *
	 * So @vm is kept until the next one, or unload(): the SMMU walks its tables whenever it likes to,
	 * and what the job started may even be at work if its stream has forged the fence record.
	 */
	void keep_loaded(kernel::MayAlloc, u32 ring, kernel::Ref<SoftVm> vm);
	/** unload() - the GPU is off, and will not find any tables but the empty one when it is on */
	void unload(kernel::MayAlloc);

	/** struct Kept - address spaces that only keep_loaded() still has; for statistics */
	struct Kept {
		u64 vms = 0;
		u64 table_pages = 0;
	};
	Kept kept(kernel::Irq);

	/**
	 * park(), unpark() - run no more jobs for a while, and be sure that none is just being run;
	 * calls nest
	 */
	void park(kernel::Signalling);
	void unpark(kernel::Signalling);

	/** is_parked() - may have changed on return */
	bool is_parked(kernel::Irq token) { return *parked_.lock(token) != 0; }

	/** any_unfinished() - whether there is a job on some ring; may have changed on return */
	bool any_unfinished(kernel::Irq);

	/**
	 * prepare_sleep() - wait for what is on the rings now, while a hang can still be dealt with;
	 * from then on the GPU is not reset until Recovery::release()
	 *
	 * Return: ETIMEDOUT if that is not over at @deadline; then it is as if nothing had been
	 * asked.
	 */
	kernel::Result<void> prepare_sleep(kernel::MayAlloc, kernel::Deadline deadline);

	/**
	 * sleep(), wake() - with user space frozen: nothing is on the rings, or comes there, between
	 * the two
	 *
	 * Jobs that wait for something stay queued, and armed.
	 *
	 * Return: ETIMEDOUT if the rings still are not empty at @deadline; then it is as if nothing
	 * had been asked.
	 */
	kernel::Result<void> sleep(kernel::MayAlloc, kernel::Deadline deadline);
	void wake(kernel::MayAlloc);

	/**
	 * halt() - take no more jobs, and stop the GPU if it still has some at @deadline
	 *
	 * Those fail with ENODEV, as will jobs that still wait for others' fences: nobody waits for
	 * them here.
	 */
	void halt(kernel::MayAlloc, kernel::Deadline deadline);

	/**
	 * stop() - take no more jobs, and return when none is left
	 * @patience: a GPU on which no job ends for that long is not going to finish any
	 *
	 * What it does not finish fails with ENODEV after the GPU was stopped; jobs that still wait
	 * for others' fences are waited for. Before the hardware, the rings' memory and the DRM
	 * nodes go.
	 */
	void stop(kernel::MayAlloc, kernel::Nanoseconds patience = kernel::milliseconds(5000));

	Scheduler(struct device *dev, Hardware &hardware)
		: dev_(dev), hardware_(hardware), power_(hardware), recovery_(*this)
	{
	}

private:
	struct Slot {
		kernel::Timeline timeline;
		Ring ring;
	};

	struct device *const dev_;
	Hardware &hardware_;
	std::array<kernel::Unique<Slot>, max_rings> slots_;
	Power power_;
	kernel::Atomic64 contexts_;
	kernel::Atomic open_contexts_;
	kernel::Atomic jobs_;
	kernel::Atomic profilers_;
	kernel::Registry<Submitqueue> queues_;
	HangObserver *observer_ = nullptr;
	kernel::LockedBy<std::array<kernel::Ref<SoftVm>, max_rings>,
			 kernel::IrqSpinLock<kernel::Rank::queue>>
		loaded_;
	RetireQueue retire_;
	kernel::LockedBy<u32, kernel::IrqSpinLock<kernel::Rank::queue>> parked_{0u};
	/* Last: it goes first. */
	Recovery recovery_;
};

} // namespace msm
