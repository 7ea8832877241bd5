// SPDX-License-Identifier: GPL-2.0-only
#include "sched/job.h"

#include <new>

#include "kernel/log.h"
#include "kernel/mutant.h"
#include "sched/context.h"
#include "sched/scheduler.h"
#include "sched/submitqueue.h"

namespace msm {

using namespace kernel;

namespace {

/* What a fence that someone keeps may pin at most: larger arrays do not live in the block. */
constexpr size_t max_block_bytes = 4096;

constexpr size_t aligned(size_t bytes, size_t align)
{
	return (bytes + align - 1) & ~(align - 1);
}

/* Offsets within a block. */
constexpr size_t block_at = aligned(HwFence::size, alignof(JobBlock));
constexpr size_t job_at = aligned(block_at + sizeof(JobBlock), alignof(Job));
constexpr size_t arrays_at = aligned(job_at + sizeof(Job), alignof(JobBo));

static_assert(alignof(Command) <= alignof(JobBo));

constexpr size_t array_bytes(u32 bos, u32 commands)
{
	return bos * sizeof(JobBo) + commands * sizeof(Command);
}

} // namespace

Job::Job(JobBlock &block, Ref<Submitqueue> queue)
	: block_(block), queue_(std::move(queue)), number_(scheduler().next_job_number())
{
}

trace::JobId Job::trace_id() const
{
	return {.pid = submitter_.pid(), .ring = queue_->lane().ring().id(), .id = number_};
}

Scheduler &Job::scheduler() const
{
	return queue_->context().scheduler();
}

void Job::lay_out(void *memory, u32 bos, u32 commands)
{
	auto *first_bo = static_cast<JobBo *>(memory);
	auto *first_command = reinterpret_cast<Command *>(first_bo + bos);

	for (u32 i = 0; i < bos; i++)
		new (first_bo + i) JobBo();
	for (u32 i = 0; i < commands; i++)
		new (first_command + i) Command();
	bos_ = {first_bo, bos};
	commands_ = {first_command, commands};
}

Result<void> Job::reserve(MayAlloc token)
{
	TRY(sched_.init(token, queue_->lane().entity(), mutant(Mutant::ring_overrun) ? 1 : words_,
			queue_->context().client_id()));
	TRY(scheduler().power().arm(token));
	powered_ = true;
	return {};
}

void Job::push(Irq)
{
	count(&JobCounts::note_queued);
	queue_->context().note_queued();
	sched_.push();
}

void Job::count(void (JobCounts::*step)()) const
{
	(queue_->jobs().*step)();
	(queue_->lane().ring().jobs().*step)();
}

/* Of a job that has finished: its time is its context's. */
void Job::account() const
{
	const JobTimes &times = block_.times;

	queue_->context().add_gpu_time(times.elapsed(), times.cycles);
	trace::retired(trace_id(), block_.seqno.value(), times.start, times.end, times.elapsed(),
		       times.cycles);
}

Job::~Job()
{
	for (JobBo &bo : bos_)
		bo.~JobBo();
}

void Job::destroy(MayAlloc token, Job &job)
{
	JobBlock &block = job.block_;
	Scheduler &scheduler = job.scheduler();
	Fence hw_fence = std::move(job.hw_fence_);
	bool powered = job.powered_;
	bool started = job.started_;
	u32 ring = job.queue_->lane().ring().id();
	Ref<SoftVm> vm = job.vm_;

	if (hw_fence) {
		job.account();
		job.queue_->jobs().note_retired();
		job.queue_->context().note_retired(token);
		job.queue_->lane().ring().jobs().note_retired();
	}
	/* Cancelled or closed is no fault; a job that the GPU did not get done is. */
	if (hw_fence && !hw_fence.error() && hw_fence.error().error().code != ECANCELED) {
		job.count_fault(token);
		job.queue_->context().report_lost_job(token);
	}
	if (job.fence_id_)
		job.queue_->forget_fence(token, job.fence_id_);
	job.~Job();
	/* Its pins are gone: what was closed meanwhile may be unmapped. */
	vm->sweep(token);
	if (block.over)
		scheduler.keep_loaded(token, ring, std::move(vm));
	vm = {};
	if (!hw_fence)
		HwFence::discard(block.fence);
	hw_fence = Fence();
	if (started)
		scheduler.power().finish(token);
	/* Last: once no job is armed, what the scheduler consists of may go. */
	if (powered)
		scheduler.power().disarm(token);
}

Fence Job::run(Signalling token)
{
	Scheduler &scheduler = this->scheduler();
	Ring &ring = queue_->lane().ring();

	block_.seqno = ring.next_seqno(token);
	block_.limit = queue_->lane().job_limit();
	hw_fence_ = HwFence::init(token, block_.fence, block_.seqno);
	Fence result = hw_fence_;

	count(&JobCounts::note_running);

	bool running = !ring.error(token);

	if (running)
		running = started_ = scheduler.power().start(token).has_value();
	if (running) {
		auto writer = ring.reserve(token, words_);

		running = !warn_on(!writer, "scheduler credits do not match the ring's room");
		if (running) {
			JobMarks marks = write(token, ring, *writer);

			writer->commit();
			running = ring.add_pending(token, block_, marks);
		}
	}

	if (running) {
		Hardware &hardware = scheduler.hardware();

		hardware.kick(token, ring);
		scheduler.recovery().watch(token);
		if (trace::wants_flushed())
			trace::flushed(trace_id(), block_.seqno.value(), hardware.timestamp(token));
	} else {
		HwFence::signal(token, block_.fence, ring.error(token) ?: -EIO);
	}
	return result;
}

JobMarks Job::write(Signalling token, Ring &ring, RingWriter &writer)
{
	Scheduler &scheduler = this->scheduler();
	Context &context = queue_->context();

	/* A job without effect still takes its turn: its fence must not say that earlier ones have
	 * finished. */
	if (context.is_closed() && !block_.error)
		block_.error = -ECANCELED;

	return scheduler.hardware().write(
		token, ring,
		{
			.seqno = block_.seqno,
			.commands = block_.error ? std::span<const Command>() : commands_,
			.vm = *vm_,
			.context = context.number(),
			.keep_counters = scheduler.profilers() != 0,
		},
		writer);
}

void Job::count_fault(Irq)
{
	if (std::exchange(fault_counted_, true))
		return;
	queue_->note_fault();
	queue_->context().note_fault();
}

ArmedJob::~ArmedJob()
{
	if (!job_)
		return;
	job_->block_.error = -ECANCELED;
	job_->push(Irq::anywhere());
}

ReservedJob::~ReservedJob()
{
	if (job_)
		job_->scheduler().retire().add(Irq::anywhere(), *job_);
}

ArmedJob ReservedJob::arm(const Lane &lane) &&
{
	Job &job = *std::exchange(job_, nullptr);

	bug_on(&job.queue().lane() != &lane, "job armed under another lane's lock");
	job.sched_.arm();
	return ArmedJob(job);
}

JobDraft::~JobDraft()
{
	if (job_)
		job_->scheduler().retire().add(Irq::anywhere(), *job_);
}

Result<JobDraft> JobDraft::create(MayAlloc token, Ref<Submitqueue> queue, Ref<SoftVm> vm, u32 bos,
				  u32 commands)
{
	u32 words = queue->context().scheduler().hardware().words_for({commands});
	size_t bytes = array_bytes(bos, commands);
	Buffer<unsigned char> large;

	if (words > ring_credits)
		return err(EINVAL);

	bool fits_block = arrays_at + bytes <= max_block_bytes;
	if (!fits_block)
		large = TRY(Buffer<unsigned char>::create(token, bytes));

	struct hw_fence *fence = HwFence::allocate(token, arrays_at + (fits_block ? bytes : 0),
						   queue->lane().timeline());
	if (!fence)
		return err(ENOMEM);

	auto *memory = reinterpret_cast<unsigned char *>(fence);
	auto *block = new (memory + block_at) JobBlock{.fence = fence};
	auto *job = new (memory + job_at) Job(*block, std::move(queue));

	block->job = job;
	job->vm_ = std::move(vm);
	job->words_ = words;
	job->large_ = std::move(large);
	job->lay_out(fits_block ? memory + arrays_at : job->large_.data(), bos, commands);
	return JobDraft(*job);
}

Result<ReservedJob> JobDraft::reserve(MayAlloc token) &&
{
	TRY(job_->reserve(token));
	trace::submitted(job_->trace_id(), job_->bos_.size(), job_->commands_.size());
	return ReservedJob(*std::exchange(job_, nullptr));
}

} // namespace msm
