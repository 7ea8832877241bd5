// SPDX-License-Identifier: GPL-2.0-only
#include "sched/recovery.h"

#include "kernel/log.h"
#include "kernel/mutant.h"
#include "kernel/signalling.h"
#include "sched/context.h"
#include "sched/job.h"
#include "sched/scheduler.h"
#include "sched/submitqueue.h"

namespace msm {

using namespace kernel;

namespace {

/* What jobs get to finish before a reset on request. */
constexpr Nanoseconds drain_patience = milliseconds(1000);
constexpr u32 drain_poll_us = 1000;

} // namespace

Recovery::Recovery(Scheduler &scheduler) : scheduler_(scheduler), faults_(scheduler)
{
	timer_.init<&Recovery::tick>(this);
	work_.init<&Recovery::run>(this);
}

Result<void> Recovery::init(MayAlloc token)
{
	queue_ = TRY(WorkQueue::create(token, "msmxx-recovery", WQ_MEM_RECLAIM));
	return {};
}

/* --- the timer */

void Recovery::watch(Irq token)
{
	/* One that runs is left alone: else those who submit often would keep it from ever looking. */
	if (!paused_.get() && !stopped_.get() && !ticking_.exchange(1))
		start_timer(token);
}

void Recovery::start_timer(Irq token)
{
	timer_.start(milliseconds(period()), token);
}

bool Recovery::any_unfinished(Irq token)
{
	return scheduler_.any_unfinished(token);
}

void Recovery::tick(Irq token)
{
	Hardware &hardware = scheduler_.hardware();
	std::optional<GpuPosition> position = hardware.position(token);

	for (u32 id = 0; id < scheduler_.ring_count(); id++) {
		Ring &ring = scheduler_.ring(id);

		/* Should its interrupt have got lost. */
		ring.signal_completed(token);

		Seqno oldest;
		u64 limit = 0;
		bool unfinished = ring.with_oldest(token, [&](const JobBlock &block) {
			oldest = block.seqno;
			limit = block.limit;
		});

		if (!unfinished || !position)
			hangchecks_[id].forget();
		else if (hangchecks_[id].is_hung(oldest, *position, limit))
			request(token, HangCause::no_progress, id, oldest);
	}

	if (paused_.get() || stopped_.get())
		return;
	if (!any_unfinished(token)) {
		ticking_.exchange(0);
		/* A job that came since may have found the timer still running. */
		if (any_unfinished(token))
			watch(token);
		return;
	}
	start_timer(token);
}

void Recovery::request(Irq token, HangCause cause, u32 ring, std::optional<Seqno> suspect)
{
	{
		auto request = request_.lock(token);

		/* The first says best what happened. */
		if (request->made)
			return;
		*request = {
			.made = true,
			.cause = cause,
			.ring = ring,
			.suspect = suspect,
		};
	}
	if (!stopped_.get())
		work_.queue(queue_, token);
}

void Recovery::page_fault(Irq token, const bridge_smmu_fault &fault)
{
	if (faults_.report(token, fault) && !stopped_.get())
		work_.queue(queue_, token);
}

void Recovery::forget_request(Irq token)
{
	request_.lock(token)->made = false;
}

void Recovery::hold(MayAlloc token)
{
	held_.exchange(1);
	work_.flush(token);
}

void Recovery::release(Irq token)
{
	held_.exchange(0);
	if (request_.lock(token)->made && !stopped_.get())
		work_.queue(queue_, token);
}

/* --- the worker */

void Recovery::run(MayAlloc token)
{
	std::optional<Request> request = *request_.lock(token);

	if (!request->made || held_.get())
		request.reset();
	/*
	 * Nobody looks meanwhile; what else is requested is taken for an echo. The timer last: a job that
	 * is just being run may start it.
	 */
	paused_.exchange(1);
	scheduler_.park(token);
	timer_.stop(token);

	if (look(token, request)) {
		for (Hangcheck &hangcheck : hangchecks_)
			hangcheck.forget();
		ticking_.exchange(0);
		paused_.exchange(0);
		scheduler_.unpark(token);
		if (any_unfinished(token))
			watch(token);
		return;
	}
	/* The timer goes on as if nothing had been: who faults again and again is watched, too. */
	for (Hangcheck &hangcheck : hangchecks_)
		hangcheck.excuse();
	paused_.exchange(0);
	scheduler_.unpark(token);
	if (ticking_.get() && !stopped_.get())
		timer_.resume(token);
	else if (any_unfinished(token))
		watch(token);
}

/* Whatever was written may finish, for a while. */
void Recovery::drain(Signalling token)
{
	Deadline deadline = Deadline::after(drain_patience);

	while (any_unfinished(token) && !deadline.passed())
		sleep_for(token, drain_poll_us);
}

/* It may have got on after all, while the worker was on its way. */
bool Recovery::is_false_alarm(Signalling token, Request &request)
{
	Ring &ring = scheduler_.ring(request.ring);

	if (request.cause == HangCause::forced) {
		drain(token);
		request.suspect = ring.oldest(token);
		return false;
	}
	ring.signal_completed(token);
	return !request.suspect || ring.oldest(token) != request.suspect;
}

/* The suspect, if it has not finished in the last moment; off its ring. */
JobBlock *Recovery::convict(Signalling token, const Request &request)
{
	Ring &ring = scheduler_.ring(request.ring);
	JobBlock *guilty;

	for (u32 id = 0; id < scheduler_.ring_count(); id++)
		scheduler_.ring(id).signal_completed(token);
	guilty = request.suspect ? ring.take_oldest(token, *request.suspect) : nullptr;

	const Job *job = guilty ? guilty->job : nullptr;

	if (job)
		log_error_ratelimited(scheduler_.device(),
				      "%s: job %u of %s (pid %d) is lost, resetting the GPU",
				      name_of(request.cause), job->seqno().value(),
				      job->submitter().comm(), job->submitter().pid());
	else
		log_error_ratelimited(scheduler_.device(), "%s: resetting the GPU",
				      name_of(request.cause));
	if (HangObserver *observer = scheduler_.observer()) {
		std::optional<GpuFault> fault;

		if (job)
			fault = faults_.of_job(token, job->seqno());
		observer->capture(token, {.cause = request.cause,
					  .ring = ring,
					  .job = job,
					  .fault = fault ? &*fault : nullptr});
	}
	/* What it holds back would keep the bus from coming to rest. */
	faults_.give_up(token);
	return guilty;
}

/* Writes again what was not finished. */
void Recovery::replay(Signalling token)
{
	Hardware &hardware = scheduler_.hardware();

	for (u32 id = 0; id < scheduler_.ring_count(); id++) {
		Ring &ring = scheduler_.ring(id);
		bool twice = mutant(Mutant::replay_twice);
		u32 count = ring.replay(
			token,
			[&](JobBlock &block) { return block.job->words() * (twice ? 2 : 1); },
			[&](JobBlock &block, RingWriter &writer) {
				if (twice)
					(void)block.job->write(token, ring, writer);
				return block.job->write(token, ring, writer);
			});

		if (count)
			hardware.kick(token, ring);
	}
}

/* At a fault that waits to be shown, and at what was requested. Return: whether the GPU was reset. */
bool Recovery::look(MayAlloc token, std::optional<Request> request)
{
	Power &power = scheduler_.power();
	bool reset = false;
	/* On from here to the end, whatever jobs there are; and off it neither faults nor hangs. */
	bool on = power.arm_if_on(token);

	if (on && power.start(token)) {
		{
			SignallingSection section(token);

			faults_.capture(section.token());
		}
		if (request)
			reset = recover(token, *request);
		power.finish(token);
	} else {
		/* It may be that a clock does not start; the next look asks again. */
		faults_.drop(token);
		if (request)
			forget_request(token);
	}
	if (on)
		power.disarm(token);
	return reset;
}

/* Return: whether the GPU was reset. */
bool Recovery::recover(MayAlloc token, Request request)
{
	Hardware &hardware = scheduler_.hardware();
	JobBlock *guilty;

	{
		SignallingSection section(token);

		if (is_false_alarm(section.token(), request)) {
			forget_request(section.token());
			return false;
		}
		hardware.halt(section.token());
		guilty = convict(section.token(), request);
	}

	/* Outside the section: see Documentation/locking.rst. */
	bool up;
	{
		NoReclaimSection no_reclaim(token);

		hardware.stop(token);
		up = scheduler_.power().reset(token).has_value();
	}
	resets_.add(1);

	SignallingSection section(token);

	/* Before any job behind it: fences signal in order. */
	if (guilty) {
		guilty->job->count_fault(section.token());
		Ring::fail(section.token(), *guilty, -EIO);
	}
	/* What is requested from now on is no echo. */
	forget_request(section.token());
	if (!up) {
		fail_all(section.token());
		return true;
	}
	faults_.listen(section.token());
	if (!mutant(Mutant::no_replay))
		replay(section.token());
	return true;
}

/* The GPU is lost: nothing will ever finish. */
void Recovery::fail_all(Signalling token)
{
	u32 jobs = 0;

	for (u32 id = 0; id < scheduler_.ring_count(); id++)
		jobs += scheduler_.ring(id).kill(token, -EIO);
	log_error(scheduler_.device(), "the GPU does not come back: it is lost, with %u jobs",
		  jobs);
}

Result<void> Recovery::reset(MayAlloc token)
{
	request(token, HangCause::forced, 0, {});
	work_.flush(token);
	if (scheduler_.power().is_lost())
		return err(EIO);
	return {};
}

void Recovery::stop(MayAlloc token)
{
	stopped_.exchange(1);
	timer_.stop(token);
	faults_.stop(token);
	work_.cancel(token);
	faults_.give_up(token);
}

} // namespace msm
