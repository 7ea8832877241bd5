// SPDX-License-Identifier: GPL-2.0-only
#include "sched/scheduler.h"

#include "entry_points.h"
#include "kernel/entry.h"
#include "kernel/log.h"
#include "kernel/trouble.h"
#include "sched/context.h"
#include "sched/job.h"

namespace msm {

using namespace kernel;

Result<Unique<Scheduler>> Scheduler::create(MayAlloc token, struct device *dev, Hardware &hardware,
					    std::span<const RingMemory> rings, RingMemptrs *memptrs,
					    u64 memptrs_iova)
{
	auto scheduler = TRY(make<Scheduler>(token, dev, hardware));

	bug_on(rings.size() != hardware.ring_count() || rings.size() > max_rings,
	       "wrong number of rings");
	TRY(scheduler->retire_.init(token));
	TRY(scheduler->recovery_.init(token));
	TRY(scheduler->power_.init(token));
	for (u32 id = 0; id < rings.size(); id++) {
		auto timeline =
			TRY(Timeline::create(token, dev, scheduler.get(), id, ring_credits));
		auto *slot = new (Gfp::kernel(token)) Slot{
			std::move(timeline),
			Ring(id, {rings[id].words, ring_words}, rings[id].iova, *rings[id].position,
			     memptrs[id], memptrs_iova + id * sizeof(RingMemptrs))};

		if (!slot)
			return err(ENOMEM);
		scheduler->slots_[id] = Unique<Slot>(slot);
	}
	return scheduler;
}

void Scheduler::keep_loaded(MayAlloc token, u32 ring, Ref<SoftVm> vm)
{
	{
		auto loaded = loaded_.lock(token);

		std::swap((*loaded)[ring], vm);
	}
	/* The one before goes with no lock held. */
}

void Scheduler::unload(MayAlloc token)
{
	for (u32 id = 0; id < max_rings; id++)
		keep_loaded(token, id, {});
}

Scheduler::Kept Scheduler::kept(Irq token)
{
	auto loaded = loaded_.lock(token);
	Kept kept;

	for (const Ref<SoftVm> &vm : *loaded) {
		if (!vm || vm->ref_count() > 1)
			continue;
		kept.vms++;
		kept.table_pages += vm->table_pages();
	}
	return kept;
}

void Scheduler::park(Signalling token)
{
	++*parked_.lock(token);
	/* Waits for a job that is just being run, so not under the lock; also if they stand already:
	 * the other may not be done with that. */
	for (u32 id = 0; id < ring_count(); id++)
		timeline(id).stop(token);
}

void Scheduler::unpark(Signalling token)
{
	auto parked = parked_.lock(token);
	bool last = !--*parked;

	for (u32 id = 0; id < ring_count(); id++)
		timeline(id).start(token, last);
}

bool Scheduler::any_unfinished(Irq token)
{
	for (u32 id = 0; id < ring_count(); id++)
		if (!ring(id).is_empty(token))
			return true;
	return false;
}

Result<void> Scheduler::prepare_sleep(MayAlloc token, Deadline deadline)
{
	for (u32 id = 0; id < ring_count(); id++)
		TRY(ring(id).wait_past(token, ring(id).last_seqno(), deadline));
	recovery_.hold(token);
	return {};
}

Result<void> Scheduler::sleep(MayAlloc token, Deadline deadline)
{
	Result<void> empty;

	park(token);
	/* A reset that was under way may have written some jobs again. */
	do {
		for (u32 id = 0; id < ring_count() && empty; id++)
			empty = ring(id).wait_empty(token, deadline);
		recovery_.flush(token);
	} while (empty && any_unfinished(token));
	/* What was handed over before is all there is. */
	retire_.flush(token);
	if (!empty)
		unpark(token);
	return empty;
}

void Scheduler::wake(MayAlloc token)
{
	unpark(token);
	power_.rest_soon(token);
}

void Scheduler::halt(MayAlloc token, Deadline deadline)
{
	power_.close(token);
	if (power_.wait_idle(token, deadline))
		return;

	recovery_.stop(token);
	/* A reference of its own: the last job may end any time, and its reference with it. */
	Result<void> powered = power_.is_lost() ? err(EIO) : hardware_.power_up(token);
	u32 lost = 0;

	if (powered && hardware_.claim_clocks(token)) {
		hardware_.stop(token);
		hardware_.release_clocks(token);
	}
	for (auto &slot : slots_)
		if (slot)
			lost += slot->ring.kill(token, -ENODEV);
	if (powered)
		hardware_.power_down(token);
	if (lost)
		log_warning(dev_, "gone with %u unfinished jobs", lost);
}

void Scheduler::stop(MayAlloc token, Nanoseconds patience)
{
	power_.close(token);

	/* As long as jobs finish, they may. */
	for (u32 before = ~0u; power_.armed() != before;) {
		before = power_.armed();
		if (power_.wait_idle(token, Deadline::after(patience)))
			break;
	}

	halt(token, Deadline::now());
	(void)power_.wait_idle(token, Deadline::never());
	/* A reset in which the last job ended may still be at its end. */
	recovery_.stop(token);
	/* The last job counted itself off from within the worker. */
	retire_.flush(token);
	power_.stop_work(token);
}

} // namespace msm

struct dma_fence *msmxx_sched_run_job(struct drm_sched_job *job)
{
	auto section = kernel::entry::signalling();

	kernel::trouble::in_run_job(msm::Job::from(job).scheduler().device());
	return msm::Job::from(job).run(section.token()).release();
}

void msmxx_sched_deadline(void *owner, u32 ring, u32 seqno, u64 deadline)
{
	auto &scheduler = *static_cast<msm::Scheduler *>(owner);

	scheduler.power().boost().by(kernel::entry::irq(), scheduler.ring(ring),
				     kernel::Seqno(seqno), deadline);
}

void msmxx_sched_free_job(struct drm_sched_job *job)
{
	auto section = kernel::entry::signalling();
	msm::Job &done = msm::Job::from(job);

	kernel::trouble::in_free_job(done.scheduler().device());
	done.scheduler().retire().add(section.token(), done);
}
