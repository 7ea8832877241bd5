// SPDX-License-Identifier: GPL-2.0-only
#include "sched/page_faults.h"

#include "kernel/log.h"
#include "sched/job.h"
#include "sched/scheduler.h"

namespace msm {

using namespace kernel;

namespace {

/* As long as upstream's. */
constexpr Nanoseconds cooldown = milliseconds(500);
/* A capture takes some ms; whoever waits for it keeps the SMMU from going on. */
constexpr Nanoseconds capture_patience = milliseconds(1000);

/* Bits of the context bank's FSR. */
constexpr u32 fsr_translation = 1u << 1;
constexpr u32 fsr_permission = 1u << 3;
constexpr u32 fsr_external = 1u << 4;
/* All that say why, and so that the registers are about one access. */
constexpr u32 fsr_causes = 0x1fe;

const char *type_of(u32 fsr)
{
	if (fsr & fsr_translation)
		return "TRANSLATION";
	if (fsr & fsr_permission)
		return "PERMISSION";
	if (fsr & fsr_external)
		return "EXTERNAL";
	return "UNKNOWN";
}

/* Of FSYNR1: which port of the GPU. */
constexpr u32 port_mask = 0xff;

} // namespace

PageFaults::PageFaults(Scheduler &scheduler) : scheduler_(scheduler)
{
	cooldown_.init<&PageFaults::cooled_down>(this);
	resume_.init<&PageFaults::resume>(this);
}

void PageFaults::log(Irq token, const GpuFault &fault)
{
	/* By the time that this runs the job may be over. */
	JobOwner owner = scheduler_.ring(0).owner_by_ttbr(token, fault.ttbr0);

	log_fault_ratelimited(scheduler_.device(),
			      "page fault: %s of %016llx by %s, %s, in job %u of %s (pid %d); "
			      "ttbr0 %016llx, fsr %08x, fsynr %08x %08x",
			      fault.write ? "write" : "read", fault.iova, fault.block, fault.type,
			      owner.seqno.value(), owner.comm, owner.pid, fault.ttbr0, fault.fsr,
			      fault.fsynr0, fault.fsynr1);
}

bool PageFaults::report(Irq token, const bridge_smmu_fault &raw)
{
	Hardware &hardware = scheduler_.hardware();
	HangObserver *observer = scheduler_.observer();
	GpuFault fault{
		.iova = raw.iova,
		.ttbr0 = raw.ttbr0,
		.fsr = raw.fsr,
		.fsynr0 = raw.fsynr0,
		.fsynr1 = raw.fsynr1,
		.contextidr = raw.contextidr,
		.write = raw.write,
		.type = type_of(raw.fsr),
		.block = raw.detailed ? hardware.fault_block(token, raw.fsynr1 & port_mask)
				      : "UNKNOWN",
	};

	if (stalling_.exchange(0))
		hardware.stall_on_faults(token, false);
	cooldown_.start(cooldown, token);
	count_.add(1);

	/*
	 * The SMMU keeps one record. What comes before that is empty again leaves no more in it
	 * than that there was something; the address is still the one before.
	 */
	bool recorded = !raw.detailed || raw.fsr & fsr_causes;

	if (recorded)
		log(token, fault);

	/* The SMMU's own status may already be that of another fault. */
	bool stalled = hardware.is_stalled(token);
	std::optional<Seqno> job = scheduler_.ring(0).oldest(token);
	{
		auto last = last_.lock(token);

		/* One at a time; what comes on top of it is let go with it. */
		if (last->waiting)
			return false;
		if (recorded) {
			last->fault = fault;
			last->job = job;
			last->waiting =
				stalled && !last->deaf && observer && observer->wants_faults();
		}
		if (last->waiting)
			return true;
	}
	if (stalled)
		resume_.queue(token);
	return false;
}

void PageFaults::resume(Irq token)
{
	if (!last_.lock(token)->waiting && scheduler_.hardware().is_stalled(token))
		scheduler_.hardware().end_stall(token);
}

void PageFaults::cooled_down(Irq token)
{
	if (!stalling_.exchange(1))
		scheduler_.hardware().stall_on_faults(token, true);
}

/* Return: whether there was one waiting. */
bool PageFaults::finish(Irq token)
{
	if (!std::exchange(last_.lock(token)->waiting, false))
		return false;
	if (scheduler_.hardware().is_stalled(token))
		scheduler_.hardware().end_stall(token);
	finished_.wake_all(token);
	return true;
}

void PageFaults::capture(Signalling token)
{
	Last last = *last_.lock(token);
	Ring &ring = scheduler_.ring(0);
	const Job *job = nullptr;

	if (!last.waiting)
		return;
	/*
	 * It may finish meanwhile, if it was a job behind it that faulted; but the scheduler is parked,
	 * so it keeps its pins, and those keep its buffers' pages.
	 */
	ring.with_oldest(token, [&](const JobBlock &block) {
		if (last.job && block.seqno == *last.job)
			job = block.job;
	});
	if (HangObserver *observer = scheduler_.observer())
		observer->capture(token, {.cause = HangCause::smmu_fault,
					  .ring = ring,
					  .job = job,
					  .fault = &last.fault});
	finish(token);
}

void PageFaults::drop(Irq token)
{
	if (!finish(token) && scheduler_.hardware().is_stalled(token))
		scheduler_.hardware().end_stall(token);
}

void PageFaults::give_up(Signalling token)
{
	last_.lock(token)->deaf = true;
	drop(token);
}

void PageFaults::listen(Signalling token)
{
	last_.lock(token)->deaf = false;
}

void PageFaults::wait(MayAlloc token)
{
	auto is_over = [this] {
		return !last_.lock(Irq::anywhere())->waiting;
	};

	/* Whoever waits ends the stall afterwards: it is nothing to be shown any more. */
	if (!finished_.wait(token, is_over, Deadline::after(capture_patience)))
		last_.lock(token)->waiting = false;
}

std::optional<GpuFault> PageFaults::of_job(Irq token, Seqno seqno)
{
	auto last = last_.lock(token);

	if (last->job != seqno)
		return {};
	return last->fault;
}

} // namespace msm
