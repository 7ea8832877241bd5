/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One GPU as the system sees it: everything put together, and how it comes and goes.
 *
 * Two lives. The hardware's ends with remove(): nodes gone, no job left, power off, everything
 * given back that belongs to the device. The memory's ends with the last reference to the DRM
 * device, which open files and exported buffers hold; until then what they point to is there and
 * refuses.
 *
 * The GPU is started by the first open: firmware may not be there any earlier.
 */
#pragma once

#include <optional>

#include "adreno/a6xx.h"
#include "debug/crash_dump.h"
#include "debug/debug_files.h"
#include "gem/drm_device.h"
#include "kernel/alloc.h"
#include "kernel/device.h"
#include "kernel/drm_device.h"
#include "kernel/lock.h"
#include "kernel/system_sleep.h"
#include "sched/scheduler.h"
#include "vm/file_vm.h"
#include "vm/kernel_bo.h"
#include "vm/smmu.h"
#include "vm/soft_vm.h"

namespace msm {

/** class MsmDevice - see above */
class MsmDevice final : public VmSource {
public:
	/**
	 * MsmDevice::probe() - brings up what @device is, or leaves no trace
	 *
	 * Return: ENODEV for a chip that the driver does not know, EPROBE_DEFER, or what failed;
	 * the log says it in one line.
	 */
	static kernel::Result<void> probe(kernel::MayAlloc, kernel::Device device);

	/** remove() - the hardware's end */
	void remove(kernel::MayAlloc);

	/** release() - the memory's end; deletes the object */
	static void release(kernel::MayAlloc, MsmDevice *device) { delete device; }

	/**
	 * open() - a context for @file; starts the GPU if it is the first. ENXIO if it does not
	 * start.
	 */
	kernel::Result<void> open(kernel::MayFault, struct drm_file *file);

	/** postclose() - @file is gone; its jobs may go on */
	void postclose(kernel::MayAlloc, struct drm_file *file);

	/**
	 * report_fault() - the GPU touched an address that nothing is mapped at
	 *
	 * Return: whether the SMMU goes on when the handler returns, so that it is to
	 * wait_for_capture() first.
	 */
	bool report_fault(kernel::Irq, const bridge_smmu_fault &fault);
	void wait_for_capture(kernel::MayAlloc token)
	{
		scheduler_->recovery().faults().wait(token);
	}

	/** runtime_resume(), runtime_suspend() - the GPU alone goes on, and off with no job on it */
	kernel::Result<void> runtime_resume(kernel::MayAlloc);
	void runtime_suspend(kernel::MayAlloc);

	/**
	 * prepare_sleep(), end_sleep() - before the system goes to sleep, and when it is awake again
	 * or has not slept after all: in between the GPU is not reset, whose power can not be taken
	 * away then, nor its frequency scaled. EBUSY if what runs does not finish in time.
	 */
	kernel::Result<void> prepare_sleep(kernel::MayAlloc);
	void end_sleep(kernel::MayAlloc);

	/**
	 * suspend(), resume() - the whole system sleeps, with no job on the GPU; those that wait
	 * for something stay queued. EBUSY if what runs does not finish in time.
	 */
	kernel::Result<void> suspend(kernel::MayAlloc);
	kernel::Result<void> resume(kernel::MayAlloc);

	/** shutdown() - the whole system ends: the GPU is off from here on, whatever it was doing */
	void shutdown(kernel::MayAlloc);

	/** gpu() - whose frequency is scaled */
	adreno::A6xx &gpu() { return *gpu_; }
	debug::DebugFiles &debug_files() { return *debug_files_; }
	DrmDevice &drm() { return *drm_; }

	/* VmSource */
	kernel::Result<kernel::Ref<SoftVm>> vm_for_file(kernel::MayAlloc) override;
	bool has_private_vms() const override { return smmu_->has_process_tables(); }

	explicit MsmDevice(kernel::Device device) : device_(device) {}
	~MsmDevice() = default;

private:
	kernel::Result<void> bring_up(kernel::MayAlloc, const adreno::ChipInfo &chip);
	kernel::Result<void> create_memory(kernel::MayAlloc);
	kernel::Result<void> start(kernel::MayAlloc) REQUIRES(lock_);
	void take_down(kernel::MayAlloc);

	const kernel::Device device_;
	std::optional<kernel::DrmNode> node_;
	bool has_nodes_ = false;

	/* In the order in which they are made; destroyed the other way round. */
	kernel::Unique<DrmDevice> drm_;
	kernel::Ref<SmmuDevice> smmu_;
	kernel::Ref<SoftVm> kernel_vm_;
	KernelBo ring_;
	KernelBo memptrs_;
	KernelBo rptr_shadow_;
	KernelBo microcode_;
	kernel::Unique<adreno::A6xx> gpu_;
	kernel::Unique<Scheduler> scheduler_;
	kernel::Unique<debug::CrashDump> crash_dump_;
	std::optional<debug::DebugFiles> debug_files_;
	std::optional<kernel::SystemSleepWatch> sleep_watch_;
	/* From prepare_sleep() to end_sleep(); of one sleep the latter may be all that is heard. */
	bool sleeps_ = false;

	/* One open at a time starts the GPU. */
	kernel::Mutex<kernel::Rank::device> lock_;
	bool started_ GUARDED_BY(lock_) = false;
};

} // namespace msm
