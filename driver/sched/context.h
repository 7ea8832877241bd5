/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the driver keeps for an open DRM file: its address space, its submitqueues, and for each
 * priority that it uses a lane, that is the scheduler's entity in which its jobs stand in order.
 *
 * Jobs keep their queue and so the context: closing the file does not wait for them. They drain
 * without effect, and the last one takes the context along.
 */
#pragma once

#include <array>
#include <string_view>

#include "kernel/alloc.h"
#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/drm_sched.h"
#include "kernel/lock.h"
#include "kernel/ref.h"
#include "kernel/result.h"
#include "kernel/wait.h"
#include "kernel/xarray.h"
#include "sched/memptrs.h"
#include "sched/submitqueue.h"
#include "vm/file_vm.h"

namespace msm {

class DrmDevice;
class Ring;
class Scheduler;

/**
 * class Lane - jobs of one context and priority, in order
 *
 * The lock makes arming and pushing one step, whichever of the context's queues the job comes
 * through; it is held from before the reservations to the push.
 */
class Lane {
public:
	/** @level: priority within @ring, below sched_levels */
	Lane(Scheduler &scheduler, u32 ring, u32 level)
		: scheduler_(scheduler), ring_(ring), level_(level)
	{
	}

	/** init() - once */
	kernel::Result<void> init(kernel::MayAlloc);

	kernel::Mutex<kernel::Rank::submitqueue> &lock() RETURN_CAPABILITY(lock_) { return lock_; }
	kernel::SchedEntity &entity() { return entity_; }
	Ring &ring() const;
	kernel::Timeline &timeline() const;

	/** job_limit() - how long a job may take, in ticks of the always-on counter (the module's
	 * parameter job_timeout_ms) */
	u64 job_limit() const;

private:
	Scheduler &scheduler_;
	const u32 ring_;
	const u32 level_;
	kernel::Mutex<kernel::Rank::submitqueue> lock_;
	kernel::SchedEntity entity_;
};

/** class Context - see above */
class Context final : public kernel::RefCounted<Context> {
public:
	/**
	 * Context::create() - with its default queue, whole or not at all
	 * @device: whose BOs it uses
	 * @vms: makes its address space when it first needs one
	 * @client_id: the DRM file's, for tracing
	 *
	 * Return: ENOMEM.
	 */
	static kernel::Result<kernel::Ref<Context>> create(kernel::MayAlloc, Scheduler &scheduler,
							   DrmDevice &device, VmSource &vms,
							   u64 client_id);

	/** of() - that of an open file; set by msmxx_open() */
	static Context &of(struct drm_file *file);

	/** close() - the file is closed: no ioctl is under way, none will come. Does not wait for
	 * jobs. */
	void close(kernel::MayAlloc);
	/** is_closed() - then jobs that have not run yet are to have no effect */
	bool is_closed() const { return closed_.get(); }

	Scheduler &scheduler() const { return scheduler_; }
	DrmDevice &device() const { return device_; }
	FileVm &vm() { return vm_; }
	/** number() - never reused while the device is bound, never 0 */
	u64 number() const { return number_; }
	u64 client_id() const { return client_id_; }

	/**
	 * create_queue() - a new submitqueue
	 * @priority: userspace's, below Scheduler::priorities(); 0 is the most urgent
	 *
	 * Return: its id. EINVAL for a priority that does not exist, ENOMEM.
	 */
	kernel::Result<u32> create_queue(kernel::MayAlloc, u32 priority);

	/** queue() - ENOENT if there is none of that id */
	kernel::Result<kernel::Ref<Submitqueue>> queue(u32 id);

	/** remove_queue() - jobs in it go on. ENOENT, also for the default queue, which stays. */
	kernel::Result<void> remove_queue(kernel::MayAlloc, u32 id);

	/**
	 * set_sysprof() - SYSPROF: 0 off, 1 keep counters over context switches, 2 also keep the
	 * GPU on
	 *
	 * Return: EINVAL for other values, or why the GPU does not power up; then nothing has
	 * changed.
	 */
	kernel::Result<void> set_sysprof(kernel::MayAlloc, u64 level);

	/** set_comm(), set_cmdline() - what to call the client instead of its task's name,
	 * NUL-terminated; empty for that */
	void set_comm(kernel::MayAlloc, kernel::Buffer<char> comm);
	void set_cmdline(kernel::MayAlloc, kernel::Buffer<char> cmdline);

	/** names() - copies of what was set; empty for what was not, or without memory */
	struct Names {
		kernel::Buffer<char> comm;
		kernel::Buffer<char> cmdline;
	};
	Names names(kernel::MayAlloc);

	/**
	 * command_line() - of the process that calls, for dumps of the jobs that it submits: taken the
	 * first time, and when another one submits; ENOMEM
	 */
	kernel::Result<kernel::Ref<kernel::CommandLine>> command_line(kernel::MayFault);

	/**
	 * wait_for_room() - back-pressure: until fewer of its jobs are unretired, in whatever queues,
	 * than the module's parameter ``queue_depth`` says
	 *
	 * Not exact: threads that find room at once each take it.
	 *
	 * Return: ERESTARTSYS.
	 */
	kernel::Result<void> wait_for_room(kernel::MayFault);

	/** note_queued(), note_retired() - there is room for a job less, and for one more */
	void note_queued() { unretired_.add(1); }
	void note_retired(kernel::Irq);

	/** gpu_time(), gpu_cycles() - ns that its finished jobs took, and cycles of the CP */
	u64 gpu_time() const { return static_cast<u64>(gpu_time_.get()); }
	u64 gpu_cycles() const { return static_cast<u64>(gpu_cycles_.get()); }
	void add_gpu_time(u64 nanoseconds, u64 cycles)
	{
		gpu_time_.add(static_cast<s64>(nanoseconds));
		gpu_cycles_.add(static_cast<s64>(cycles));
	}

	/** faults() - jobs of this context that were lost */
	u32 faults() const { return static_cast<u32>(faults_.get()); }
	void note_fault() { faults_.add(1); }
	/** report_lost_job() - tell the log what its client calls itself, if it said so */
	void report_lost_job(kernel::MayAlloc);

	static void destroy(Context *context) { delete context; }

	Context(Scheduler &scheduler, DrmDevice &device, VmSource &vms, u64 number, u64 client_id);

private:
	~Context();
	friend class kernel::Unique<Context>;

	kernel::Result<Lane *> lane(kernel::MayAlloc, u32 priority) REQUIRES(lock_);

	Scheduler &scheduler_;
	DrmDevice &device_;
	const u64 number_;
	const u64 client_id_;
	kernel::Atomic closed_;
	kernel::Atomic faults_;
	kernel::Atomic unretired_;
	kernel::WaitQueue room_;
	kernel::Atomic64 gpu_time_;
	kernel::Atomic64 gpu_cycles_;
	FileVm vm_;

	kernel::Mutex<kernel::Rank::file> lock_;
	/* Made when the first queue of that priority is; they stay. */
	std::array<kernel::Unique<Lane>, max_rings * kernel::sched_levels> lanes_ GUARDED_BY(lock_);
	u64 sysprof_ GUARDED_BY(lock_) = 0;
	kernel::Buffer<char> comm_ GUARDED_BY(lock_);
	kernel::Buffer<char> cmdline_ GUARDED_BY(lock_);
	/* Of who submitted last. */
	kernel::Ref<kernel::CommandLine> command_line_ GUARDED_BY(lock_);
	/* Holds a reference of each. */
	kernel::Xarray<Submitqueue> queues_;
};

} // namespace msm
