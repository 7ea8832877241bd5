/* SPDX-License-Identifier: GPL-2.0-only */
/* A ring for tests that need unfinished jobs and nothing else of them. */
#pragma once

#include <new>

#include "kernel/alloc.h"
#include "kernel/drm_sched.h"
#include "sched/job_block.h"
#include "sched/ring.h"

namespace msm {

/** class RingFixture - a ring over memory, whose jobs are fences and words alone */
class RingFixture {
public:
	static kernel::Result<kernel::Unique<RingFixture>> create(kernel::MayAlloc token)
	{
		auto memory = TRY(kernel::Buffer<u32>::create(token, ring_words));
		auto timeline =
			TRY(kernel::Timeline::create(token, nullptr, nullptr, 0, ring_credits));

		return kernel::make<RingFixture>(token, std::move(memory), std::move(timeline));
	}

	RingFixture(kernel::Buffer<u32> memory, kernel::Timeline timeline)
		: memory(std::move(memory)), timeline(std::move(timeline)),
		  ring(0, {this->memory.data(), ring_words}, 0x1000, position, memptrs, 0x9000)
	{
	}

	/* A job of @words words, written and pending; its fence is the caller's. If it @switches to
	 * another address space, its first word is for that. */
	kernel::Result<kernel::Fence> submit(kernel::MayAlloc token, u32 words,
					     bool switches = false)
	{
		struct hw_fence *memory = kernel::HwFence::allocate(
			token, kernel::HwFence::size + sizeof(JobBlock) + 16, timeline);

		if (!memory)
			return kernel::err(ENOMEM);

		auto writer = ring.reserve(token, words);
		if (!writer) {
			kernel::HwFence::discard(memory);
			return kernel::err(writer.error());
		}

		size_t at = (kernel::HwFence::size + 15) & ~size_t{15};
		auto *block = new (reinterpret_cast<unsigned char *>(memory) + at)
			JobBlock{.fence = memory};

		block->seqno = ring.next_seqno(token);
		kernel::Fence fence = kernel::HwFence::init(token, memory, block->seqno);

		u32 begun = no_mark;
		for (u32 i = 0; i < words; i++) {
			writer->word(block->seqno.value());
			if (!i && switches)
				begun = writer->position();
		}
		last = {.begun = begun, .passed = writer->position()};
		writer->commit();
		if (!ring.add_pending(token, *block, last))
			kernel::HwFence::signal(token, memory, -ENODEV);
		return fence;
	}

	/* The CP is somewhere, and the record says something: whether a job is over by that. */
	bool look(kernel::Irq token, u32 at, kernel::Seqno record)
	{
		position = at;
		memptrs.fence = record.value();
		return ring.signal_completed(token);
	}

	/* The CP has done all that was written, and says so as far as @seqno. */
	void finish(kernel::Irq token, kernel::Seqno seqno) { look(token, ring.wptr(), seqno); }

	kernel::Buffer<u32> memory;
	kernel::Timeline timeline;
	u32 position = 0;
	RingMemptrs memptrs{};
	Ring ring;
	/* Of the last job that was submitted. */
	JobMarks last;
};

} // namespace msm
