/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A ring: memory from which the CP fetches commands, one behind the other, round and round.
 *
 * The driver owns the write position. Jobs reserve their worst case as scheduler credits before they
 * may run, which is why reserve() does not fail for a job; it refuses all the same.
 *
 * Unfinished jobs stand in the ring's pending list in ring order. The interrupt handler takes those
 * off that are over, and signals their fences.
 *
 * The seqno in the fence record says that a job is over, but any command stream can write one there.
 * The CP's position, which only the ring's own packets can tell, is the witness: a job is not over
 * before the CP has passed its commands, whatever the record says; and once the CP has begun with a
 * job of another address space, which waits until the GPU is idle, all jobs before that one are over,
 * whatever the record says. So a stream that forges the record can make believe that its own process's
 * jobs are over, and nothing else.
 */
#pragma once

#include <optional>
#include <span>

#include "kernel/contexts.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/result.h"
#include "kernel/seqno.h"
#include "kernel/task.h"
#include "kernel/types.h"
#include "kernel/wait.h"
#include "sched/job_block.h"
#include "sched/job_counts.h"
#include "sched/memptrs.h"

namespace msm {

class Ring;

/**
 * struct JobOwner - whose job it is, or was: what may be known of one without keeping it
 * @seqno: of its ring
 * @ttbr: of its address space
 * @pid, @comm: of the process that submitted it
 */
struct JobOwner {
	kernel::Seqno seqno;
	u64 ttbr = 0;
	int pid = 0;
	char comm[kernel::comm_bytes] = "nobody";
};

/**
 * Size of a ring in bytes; a power of two (CP_RB_CNTL)
 *
 * A job has to fit as a whole, and the largest that clients make have some thousand commands, of four
 * words each.
 */
inline constexpr u32 ring_bytes = 128 * 1024;
inline constexpr u32 ring_words = ring_bytes / sizeof(u32);

/**
 * Credits of a ring's scheduler: the words that jobs may occupy at a time. One word stays free,
 * since equal pointers mean empty; the rest of the difference is for what initialisation writes
 * ahead of the first job.
 */
inline constexpr u32 ring_credits = ring_words - 512;

/** Seqno that counts as finished before the first job; close to the wrap, to have it crossed in
 * every test run */
inline constexpr u32 first_seqno = 0xffffff00;

/**
 * class RingWriter - room for a number of words at a ring's write position
 *
 * Made by Ring::reserve(). Words beyond the reservation are a bug and are dropped with a warning.
 * What was written becomes the ring's when commit() is called; the CP sees it when its write
 * pointer register is set to the result.
 */
class RingWriter {
public:
	RingWriter(const RingWriter &) = delete;
	RingWriter &operator=(const RingWriter &) = delete;
	RingWriter(RingWriter &&other) noexcept;
	RingWriter &operator=(RingWriter &&) = delete;

	/** word() - append one word */
	void word(u32 value);

	/** words() - append several */
	void words(std::span<const u32> values)
	{
		for (u32 value : values)
			word(value);
	}

	/** remaining() - words still reserved */
	u32 remaining() const { return remaining_; }
	/** position() - in the ring, where the next word goes */
	u32 position() const { return position_; }

	/**
	 * commit() - hand what was written to the ring, and give the rest of the reservation back
	 *
	 * Return: the new write position in words, the value for CP_RB_WPTR.
	 */
	u32 commit();

private:
	friend class Ring;
	RingWriter(Ring &ring, u32 position, u32 words)
		: ring_(&ring), position_(position), remaining_(words)
	{
	}

	Ring *ring_;
	u32 position_;
	u32 remaining_;
};

/**
 * class Ring - one ring and its unfinished jobs
 *
 * Writing (reserve, commit, reset) is for one context at a time: the ring's scheduler worker, or
 * hardware initialisation while no job is armed. The pending list has its own interrupt-safe lock.
 */
class Ring {
public:
	/**
	 * Ring() - a ring over memory that the caller keeps mapped
	 * @id: index, 0 is the most urgent
	 * @words: the CPU's view, ring_words long
	 * @iova: the GPU's address of it
	 * @position: where the CP says how far it has come, in words; out of command streams' reach
	 * @memptrs: the CPU's view of this ring's record
	 * @memptrs_iova: the GPU's address of that
	 */
	Ring(u32 id, std::span<volatile u32> words, u64 iova, volatile u32 &position,
	     RingMemptrs &memptrs, u64 memptrs_iova);
	Ring(const Ring &) = delete;
	Ring &operator=(const Ring &) = delete;

	u32 id() const { return id_; }
	u64 iova() const { return iova_; }
	/** words() - what is in it, for a dump */
	std::span<const volatile u32> words() const { return words_; }
	RingMemptrs &memptrs() const { return memptrs_; }
	/** position() - as the CP said last: at a mark, or where the CP was set up to be */
	volatile u32 &position() const { return position_; }
	/** jobs() - how many of its jobs are where */
	JobCounts &jobs() { return jobs_; }

	/** memptr_iova() - GPU address of a field, as in memptr_iova(offsetof(RingMemptrs, fence))
	 */
	u64 memptr_iova(size_t offset) const { return memptrs_iova_ + offset; }

	/** record_iova() - GPU address of a field of the job's record */
	u64 record_iova(kernel::Seqno seqno, size_t offset) const
	{
		return memptr_iova(offsetof(RingMemptrs, jobs) +
				   seqno.value() % job_records * sizeof(JobRecord) + offset);
	}

	/** wptr() - write position in words */
	u32 wptr() const { return next_; }

	/**
	 * reserve() - room for @count words at the write position
	 *
	 * Return: the writer, or ENOSPC if the unfinished jobs leave too little.
	 */
	kernel::Result<RingWriter> reserve(kernel::Signalling, u32 count);

	/**
	 * reset() - start at the beginning again, before the CP does
	 *
	 * For hardware initialisation. Also repairs the fence record, which power loss may have left
	 * behind the last finished job, and the CP's position. Unfinished jobs are to be written again,
	 * by replay(), and are not over before.
	 */
	void reset(kernel::MayAlloc);

	/** is_empty() - whether every job that was written has finished */
	bool is_empty(kernel::Irq) const;

	/** oldest() - seqno of the oldest unfinished job */
	std::optional<kernel::Seqno> oldest(kernel::Irq) const;

	/**
	 * with_oldest() - look at the oldest unfinished job, which stays that long
	 * @look: void(const JobBlock &), as short as what is done with interrupts off has to be
	 *
	 * Return: false if there is none.
	 */
	template <typename Look>
	bool with_oldest(kernel::Irq token, Look look) const
	{
		kernel::IrqSpinGuard guard(lock_, token);

		if (pending_.empty())
			return false;
		look(static_cast<const JobBlock &>(*pending_.front()));
		return true;
	}

	/**
	 * take_oldest() - take a job off the list that will not finish
	 *
	 * For recovery, with the CP stopped. The caller has the list's reference now, and has to
	 * fail() the job.
	 *
	 * Return: the oldest unfinished job if its seqno is @seqno, else nullptr.
	 */
	JobBlock *take_oldest(kernel::Signalling, kernel::Seqno seqno);

	/** fail() - signal a job that was taken off the list with an error; drops the reference */
	static void fail(kernel::Irq, JobBlock &block, int error);

	/**
	 * replay() - write the unfinished jobs again, after reset() and whatever initialisation
	 * wrote
	 * @words_of: u32(JobBlock &), what to reserve
	 * @write: JobMarks(JobBlock &, RingWriter &)
	 *
	 * The CP does not see them yet.
	 *
	 * Return: how many there were.
	 */
	template <typename WordsOf, typename Write>
	u32 replay(kernel::Signalling token, WordsOf words_of, Write write)
	{
		Pending again;
		u32 count = 0;

		take_all(token, again);
		while (JobBlock *block = again.pop_front()) {
			/* What fitted before does so now. */
			if (auto writer = reserve(token, words_of(*block))) {
				block->marks = write(*block, *writer);
				writer->commit();
			}
			put_back(token, *block);
			count++;
		}
		return count;
	}
	/** wait_empty() - until it is; ETIMEDOUT if it still is not at @deadline */
	kernel::Result<void> wait_empty(kernel::MayAlloc, kernel::Deadline deadline);

	/** wait_past() - until all jobs up to @seqno are done with; ETIMEDOUT if they still are not at
	 * @deadline */
	kernel::Result<void> wait_past(kernel::MayAlloc, kernel::Seqno seqno,
				       kernel::Deadline deadline);

	/**
	 * owner_by_ttbr() - whose job ran with these page tables a moment ago: the oldest unfinished
	 * one's, or that of the last that has finished; nobody's
	 */
	JobOwner owner_by_ttbr(kernel::Irq, u64 ttbr) const;

	/** last_seqno() - of the last job written */
	kernel::Seqno last_seqno() const { return last_seqno_; }

	/** next_seqno() - the seqno for the job about to be written */
	kernel::Seqno next_seqno(kernel::Signalling) { return last_seqno_ = last_seqno_.next(); }

	/**
	 * add_pending() - put a job that was written in the list, before the CP is told of it
	 * @block: the list takes a reference of its fence
	 * @marks: what Hardware::write() said
	 *
	 * Return: false if the ring will not run any more; then the fence is the caller's to
	 * signal.
	 */
	[[nodiscard]] bool add_pending(kernel::Signalling, JobBlock &block, const JobMarks &marks);

	/**
	 * signal_completed() - signal every job that is over
	 *
	 * Return: whether there was one.
	 */
	bool signal_completed(kernel::Irq);

	/**
	 * kill() - signal every unfinished job with an error, and take no more
	 * @error: negative errno
	 *
	 * For a GPU that was stopped and goes away; jobs that come to run later find add_pending()
	 * false, and error() says why.
	 *
	 * Return: how many there were.
	 */
	u32 kill(kernel::Irq, int error);

	/** error() - of a ring that takes no more jobs: negative errno; 0 while it does */
	int error(kernel::Irq) const;

private:
	using Pending = kernel::List<JobBlock, &JobBlock::pending>;

	friend class RingWriter;

	/* Whether a CP that says to be at @position has passed @mark. */
	bool has_passed(u32 position, u32 mark) const REQUIRES(lock_);
	/* Whether the oldest pending job is over. */
	bool is_oldest_over() const REQUIRES(lock_);
	/* The oldest pending job, off the list, if it is over. The caller has the list's reference
	 * now. */
	JobBlock *take_completed(kernel::Irq);
	/* The same, finished or not. */
	JobBlock *take_any(kernel::Irq);
	/* What its record says of a job that has just finished. */
	JobTimes times_of(kernel::Seqno seqno) const;
	/* All of them, for replay(), and back. The references stay the list's. */
	void take_all(kernel::Signalling, Pending &all);
	void put_back(kernel::Signalling, JobBlock &block);

	const u32 id_;
	const std::span<volatile u32> words_;
	const u64 iova_;
	volatile u32 &position_;
	RingMemptrs &memptrs_;
	const u64 memptrs_iova_;

	u32 next_ = 0;
	kernel::Seqno last_seqno_{first_seqno};
	JobCounts jobs_;

	mutable kernel::IrqSpinLock<kernel::Rank::ring> lock_;
	/* A position that the CP has passed for certain: the mark of the last finished job. */
	u32 consumed_ GUARDED_BY(lock_) = 0;
	/* Negative errno once the ring takes no more jobs. */
	int error_ GUARDED_BY(lock_) = 0;
	Pending pending_ GUARDED_BY(lock_);
	JobOwner last_finished_ GUARDED_BY(lock_);
	/* Whoever waits for jobs to leave the list. */
	kernel::WaitQueue drained_;
};

} // namespace msm
