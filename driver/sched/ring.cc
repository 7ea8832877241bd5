// SPDX-License-Identifier: GPL-2.0-only
#include "sched/ring.h"

#include <utility>

#include "kernel/log.h"
#include "kernel/mutant.h"
#include "sched/job.h"

namespace msm {

using namespace kernel;

/* Positions are words modulo the ring, and the CP follows packets across its end: no packet needs
 * to be contiguous. */
static constexpr u32 wrapped(u32 position)
{
	return position & (ring_words - 1);
}

static_assert((ring_words & (ring_words - 1)) == 0);
static_assert(ring_credits < ring_words);

RingWriter::RingWriter(RingWriter &&other) noexcept
	: ring_(std::exchange(other.ring_, nullptr)), position_(other.position_),
	  remaining_(std::exchange(other.remaining_, 0))
{
}

void RingWriter::word(u32 value)
{
	if (warn_on(!remaining_, "more words than were reserved in the ring"))
		return;
	ring_->words_[position_] = value;
	position_ = wrapped(position_ + 1);
	remaining_--;
}

u32 RingWriter::commit()
{
	remaining_ = 0;
	return ring_->next_ = position_;
}

Ring::Ring(u32 id, std::span<volatile u32> words, u64 iova, volatile u32 &position,
	   RingMemptrs &memptrs, u64 memptrs_iova)
	: id_(id), words_(words), iova_(iova), position_(position), memptrs_(memptrs),
	  memptrs_iova_(memptrs_iova)
{
	bug_on(words.size() != ring_words, "ring memory of the wrong size");
	position_ = 0;
	memptrs_.fence = last_seqno_.value();
}

Result<RingWriter> Ring::reserve(Signalling token, u32 count)
{
	IrqSpinGuard guard(lock_, token);
	u32 room = wrapped(consumed_ - next_ - 1);

	if (count > room && !mutant(Mutant::ring_overrun))
		return err(ENOSPC);
	return RingWriter(*this, next_, count);
}

void Ring::reset(MayAlloc token)
{
	IrqSpinGuard guard(lock_, token);

	next_ = 0;
	consumed_ = 0;
	position_ = 0;
	/* Where the CP comes by now says nothing about them. */
	for (JobBlock &block : pending_)
		block.marks = {};
	memptrs_.fence =
		(pending_.empty() ? last_seqno_ : pending_.front()->seqno.previous()).value();
}

bool Ring::is_empty(Irq token) const
{
	IrqSpinGuard guard(lock_, token);

	return pending_.empty();
}

std::optional<Seqno> Ring::oldest(Irq token) const
{
	std::optional<Seqno> seqno;

	with_oldest(token, [&](const JobBlock &block) { seqno = block.seqno; });
	return seqno;
}

Result<void> Ring::wait_empty(MayAlloc token, Deadline deadline)
{
	return drained_.wait(token, [this, token] { return is_empty(token); }, deadline);
}

Result<void> Ring::wait_past(MayAlloc token, Seqno seqno, Deadline deadline)
{
	auto is_past = [&] {
		std::optional<Seqno> first = oldest(token);

		return !first || first->after(seqno);
	};

	return drained_.wait(token, is_past, deadline);
}

bool Ring::add_pending(Signalling token, JobBlock &block, const JobMarks &marks)
{
	IrqSpinGuard guard(lock_, token);

	if (error_)
		return false;
	/* The list's reference: the job may be retired, and its own gone, before the signaller is
	 * done with the fence. */
	(void)Fence(HwFence::share(block.fence)).release();
	block.marks = marks;
	pending_.push_back(block);
	return true;
}

/* With no lock of ours held: the fence's callbacks are other people's code. Drops the list's
 * reference. */
static void signal(Irq token, JobBlock &block, int error)
{
	Fence fence = HwFence::adopt(block.fence);

	HwFence::signal(token, block.fence, error);
}

JobTimes Ring::times_of(Seqno seqno) const
{
	/* Some hundred days: what is more was not written by the CP. */
	constexpr u64 most = u64{1} << 48;
	const JobRecord &record = memptrs_.jobs[seqno.value() % job_records];
	JobTimes times{.start = record.ticks_start, .end = record.ticks_end};
	u64 cycles = record.cycles_end - record.cycles_start;

	if (times.end - times.start >= most)
		return {};
	times.cycles = cycles < most ? cycles : 0;
	return times;
}

/* Of a job that has not been retired. */
static JobOwner owner_of(const JobBlock &block)
{
	JobOwner owner{.seqno = block.seqno};

	if (const Job *job = block.job) {
		owner.ttbr = job->vm().ttbr();
		owner.pid = job->submitter().pid();
		__builtin_memcpy(owner.comm, job->submitter().comm(), sizeof(owner.comm));
	}
	return owner;
}

JobOwner Ring::owner_by_ttbr(Irq token, u64 ttbr) const
{
	/* The upper bits are the address space's id. */
	constexpr u64 table = (u64{1} << 48) - 1;
	/* 0: all processes share the kernel's. */
	auto is_owner = [&](const JobOwner &owner) {
		return !owner.ttbr || (owner.ttbr & table) == (ttbr & table);
	};
	IrqSpinGuard guard(lock_, token);

	if (!pending_.empty()) {
		JobOwner owner = owner_of(*pending_.front());

		if (is_owner(owner))
			return owner;
	}
	return is_owner(last_finished_) ? last_finished_ : JobOwner{};
}

/* Between the last finished job and the write position, which is all that a mark can be. */
bool Ring::has_passed(u32 position, u32 mark) const
{
	return mark != no_mark && wrapped(position - consumed_) >= wrapped(mark - consumed_);
}

bool Ring::is_oldest_over() const
{
	if (pending_.empty())
		return false;

	const JobBlock &oldest = *pending_.front();
	u32 position = position_;
	bool says_so = Seqno(memptrs_.fence).at_or_after(oldest.seqno);

	if (mutant(Mutant::fence_alone))
		return says_so;
	if (!has_passed(position, oldest.marks.passed))
		return false;
	if (says_so)
		return true;
	/* Written back by a stream behind it? The first that the CP has not passed is the last to tell. */
	for (const JobBlock *later = pending_.next(oldest); later; later = pending_.next(*later)) {
		if (has_passed(position, later->marks.begun))
			return true;
		if (!has_passed(position, later->marks.passed))
			break;
	}
	return false;
}

JobBlock *Ring::take_completed(Irq token)
{
	IrqSpinGuard guard(lock_, token);

	if (!is_oldest_over())
		return nullptr;

	JobBlock *block = pending_.pop_front();

	consumed_ = mutant(Mutant::fence_alone) ? next_ : block->marks.passed;
	block->over = true;
	/* Now, before another job gets the record with the room. */
	block->times = times_of(block->seqno);
	last_finished_ = owner_of(*block);
	return block;
}

bool Ring::signal_completed(Irq token)
{
	bool any = false;

	while (JobBlock *block = take_completed(token)) {
		signal(token, *block, block->error);
		any = true;
		if (mutant(Mutant::signal_one))
			break;
	}
	if (any)
		drained_.wake_all(token);
	return any;
}

JobBlock *Ring::take_any(Irq token)
{
	IrqSpinGuard guard(lock_, token);

	return pending_.pop_front();
}

JobBlock *Ring::take_oldest(Signalling token, Seqno seqno)
{
	JobBlock *block;

	{
		IrqSpinGuard guard(lock_, token);

		if (pending_.empty() || pending_.front()->seqno != seqno)
			return nullptr;
		block = pending_.pop_front();
	}
	drained_.wake_all(token);
	return block;
}

void Ring::fail(Irq token, JobBlock &block, int error)
{
	signal(token, block, mutant(Mutant::fence_error_lost) ? 0 : error);
}

void Ring::take_all(Signalling token, Pending &all)
{
	IrqSpinGuard guard(lock_, token);

	all.take(pending_);
}

void Ring::put_back(Signalling token, JobBlock &block)
{
	IrqSpinGuard guard(lock_, token);

	pending_.push_back(block);
}

int Ring::error(Irq token) const
{
	IrqSpinGuard guard(lock_, token);

	return error_;
}

u32 Ring::kill(Irq token, int error)
{
	u32 killed = 0;

	{
		IrqSpinGuard guard(lock_, token);

		error_ = error;
	}
	while (JobBlock *block = take_any(token)) {
		signal(token, *block, error);
		killed++;
	}
	memptrs_.fence = last_seqno_.value();
	drained_.wake_all(token);
	return killed;
}

} // namespace msm
