/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A job: one GEM_SUBMIT on its way to the GPU. What may be done with it depends on how far it is, so
 * each state is a type of its own, movable and consumed by the step to the next:
 *
 *	JobDraft	is memory, into which its buffers and commands are read. Nothing waits for it, so
 *			user memory may take its time.
 *	ReservedJob	has power, dependencies, buffers. Dropping it undoes everything.
 *	ArmedJob	its finished fence exists, in its entity's order: it must reach the scheduler.
 *			What still may fail (the sync_file) happens here; dropping it cancels it, that
 *			is pushes it without commands and with an error.
 *	published	one closure that cannot fail makes fences and numbers visible, and the job is
 *			the scheduler's.
 *
 * Afterwards the scheduler calls run(), the interrupt signals, and the retire worker calls
 * destroy().
 */
#pragma once

#include <span>
#include <utility>

#include "gem/bo.h"
#include "kernel/alloc.h"
#include "kernel/contexts.h"
#include "kernel/drm_sched.h"
#include "kernel/fence.h"
#include "kernel/list.h"
#include "kernel/ref.h"
#include "kernel/result.h"
#include "kernel/signalling.h"
#include "kernel/task.h"
#include "kernel/trace.h"
#include "sched/hardware.h"
#include "sched/job_block.h"
#include "sched/submitqueue.h"
#include "vm/soft_vm.h"

namespace msm {

class Lane;
class ReservedJob;
class Scheduler;

/**
 * struct JobBo - a buffer that a job uses
 * @handle: by which userspace named it; for whoever fills in @bo
 * @bo: alive until retirement
 * @pin: its mapping, in use from the ioctl until retirement without a gap
 * @write: the GPU writes it, so readers have to wait for the job as well
 * @implicit: the job waits for what others do with it
 * @dump: userspace wants it in the dump if the job hangs
 */
struct JobBo {
	BoRef bo;
	VmaPin pin;
	u32 handle = 0;
	bool write = false;
	bool implicit = false;
	bool dump = false;
};

/** class Job - see above; made and held by the states only */
class Job {
	/* First: the scheduler's callbacks give its address. */
	kernel::SchedJob sched_;

public:
	/** retiring - in the retire queue */
	kernel::ListNode retiring;

	/** from() - the job around the scheduler's */
	static Job &from(struct drm_sched_job *job) { return *reinterpret_cast<Job *>(job); }

	Submitqueue &queue() const { return *queue_; }
	Scheduler &scheduler() const;

	/** What it consists of, until its fence has signalled. */
	kernel::Seqno seqno() const { return block_.seqno; }
	SoftVm &vm() const { return *vm_; }
	std::span<const JobBo> bos() const { return bos_; }
	std::span<const Command> commands() const { return commands_; }
	/** submitter() - the process that submitted it */
	const kernel::Process &submitter() const { return submitter_; }
	/** command_line() - its command line; empty if it was not noted */
	const kernel::Ref<kernel::CommandLine> &command_line() const { return command_line_; }

	/**
	 * run() - write the job to its ring, or sign it off if it is not to have an effect
	 *
	 * Allocates nothing, resumes nothing, takes no reservation.
	 *
	 * Return: the hardware fence.
	 */
	kernel::Fence run(kernel::Signalling);

	/** words() - what to reserve in a ring for write() */
	u32 words() const { return words_; }

	/**
	 * write() - append the job's words, for run() or to run it once more after a reset
	 *
	 * A job whose file was closed meanwhile takes its turn without its commands.
	 */
	JobMarks write(kernel::Signalling, Ring &ring, RingWriter &writer);

	/** count_fault() - the GPU did not get it done: its queue and context count that, once */
	void count_fault(kernel::Irq);

	/** destroy() - drop everything the job holds; its memory stays for as long as someone has
	 * the fence */
	static void destroy(kernel::MayAlloc, Job &job);

private:
	friend class JobDraft;
	friend class ReservedJob;
	friend class ArmedJob;

	Job(JobBlock &block, kernel::Ref<Submitqueue> queue);
	~Job();

	/* Puts the arrays into memory that is large enough. */
	void lay_out(void *memory, u32 bos, u32 commands);
	kernel::Result<void> reserve(kernel::MayAlloc);
	/* It is the scheduler's, and may be gone on return. */
	void push(kernel::Irq);
	void count(void (JobCounts::*step)()) const;
	kernel::trace::JobId trace_id() const;
	void account() const;

	JobBlock &block_;
	kernel::Ref<Submitqueue> queue_;
	/* For tracing. */
	const u32 number_;
	kernel::Ref<SoftVm> vm_;
	const kernel::Process submitter_ = kernel::Process::current();
	kernel::Ref<kernel::CommandLine> command_line_;
	kernel::Fence hw_fence_;
	u32 words_ = 0;
	u32 fence_id_ = 0;
	bool powered_ = false;
	bool fault_counted_ = false;
	bool started_ = false;
	std::span<JobBo> bos_;
	std::span<Command> commands_;
	/* The arrays, where they do not fit the block. */
	kernel::Buffer<unsigned char> large_;
};

/**
 * class ArmedJob - a job that will reach the scheduler, one way or the other
 */
class [[nodiscard]] ArmedJob {
public:
	ArmedJob(ArmedJob &&other) noexcept
		: job_(std::exchange(other.job_, nullptr)), finished_(std::move(other.finished_))
	{
	}
	ArmedJob &operator=(ArmedJob &&) = delete;
	/** ~ArmedJob() - cancels a job that was not published */
	~ArmedJob();

	/** finished() - what userspace will wait for */
	const kernel::Fence &finished() const { return finished_; }

	/**
	 * publish() - make the job visible and hand it to the scheduler
	 * @publication: void(Signalling, const Fence &finished); everything it needs was reserved
	 * @fence_id: the number in the queue that it fills, given back at retirement
	 *
	 * The entity's lane is still locked, as it was when the job was armed.
	 */
	template <typename Publication>
	void publish(kernel::MayAlloc token, u32 fence_id, Publication publication) &&
	{
		kernel::SignallingSection section(token);
		Job *job = std::exchange(job_, nullptr);

		job->fence_id_ = fence_id;
		publication(section.token(), finished_);
		job->push(section.token());
	}

private:
	friend class ReservedJob;
	explicit ArmedJob(Job &job) : job_(&job), finished_(job.sched_.finished()) {}

	Job *job_;
	kernel::Fence finished_;
};

/**
 * class ReservedJob - a job that still can be given up without a trace
 */
class [[nodiscard]] ReservedJob {
public:
	ReservedJob(ReservedJob &&other) noexcept : job_(std::exchange(other.job_, nullptr)) {}
	ReservedJob &operator=(ReservedJob &&) = delete;
	/** ~ReservedJob() - hands a job that was not armed to the retire queue */
	~ReservedJob();

	/** bos(), commands() - as in the draft; still the caller's to change */
	std::span<JobBo> bos() { return job_->bos_; }
	std::span<Command> commands() { return job_->commands_; }

	/** add_dependency() - do not run before @fence; an empty one is none */
	kernel::Result<void> add_dependency(kernel::MayAlloc token, kernel::Fence fence)
	{
		return job_->sched_.add_dependency(token, std::move(fence));
	}

	/** add_implicit() - do not run before what others do with @bo; its reservation is held */
	kernel::Result<void> add_implicit(kernel::MayAlloc token, Bo &bo, bool write)
	{
		return job_->sched_.add_implicit(token, bo.gem(), write);
	}

	/** arm() - fix the job's place in its lane, which the caller has locked until after the
	 * publication */
	ArmedJob arm(const Lane &lane) &&;

private:
	friend class JobDraft;
	explicit ReservedJob(Job &job) : job_(&job) {}

	Job *job_;
};

/**
 * class JobDraft - the memory of a job
 */
class [[nodiscard]] JobDraft {
public:
	JobDraft(JobDraft &&other) noexcept : job_(std::exchange(other.job_, nullptr)) {}
	JobDraft &operator=(JobDraft &&) = delete;
	/** ~JobDraft() - hands a job that did not get further to the retire queue */
	~JobDraft();

	/**
	 * create() - room for a job's buffers and commands: one allocation, a second for large
	 * arrays
	 * @queue: where it was submitted
	 * @vm: address space it runs in
	 *
	 * Return: EINVAL if the commands do not fit the ring, ENOMEM.
	 */
	static kernel::Result<JobDraft> create(kernel::MayAlloc, kernel::Ref<Submitqueue> queue,
					       kernel::Ref<SoftVm> vm, u32 bos, u32 commands);

	/** note() - whose job it is, for a dump */
	void note(kernel::Ref<kernel::CommandLine> line) { job_->command_line_ = std::move(line); }

	/** bos(), commands() - the caller's to fill in */
	std::span<JobBo> bos() { return job_->bos_; }
	std::span<Command> commands() { return job_->commands_; }

	/** reserve() - its place in the scheduler, and the GPU powered for it; ENOMEM, ENODEV when
	 * the GPU is gone, or why it does not power up */
	kernel::Result<ReservedJob> reserve(kernel::MayAlloc) &&;

private:
	explicit JobDraft(Job &job) : job_(&job) {}

	Job *job_;
};

} // namespace msm
