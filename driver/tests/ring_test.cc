// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rings: room and wrapping, pending jobs in order across the wrap of seqnos, fence records that lie, a
 * ring that dies.
 */

#include <optional>

#include "tests/kunit.h"
#include "tests/ring_fixture.h"

using namespace kernel;
using namespace msm;

namespace {

void words_and_wrap(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	Ring &ring = fixture->ring;

	EXPECT_EQ(test, ring.wptr(), 0);
	Fence first = ASSERT_OK(test, fixture->submit(test.may_alloc(), ring_words - 2));
	EXPECT_EQ(test, ring.wptr(), ring_words - 2);

	/* One word is left, which has to stay free. */
	EXPECT_ERROR(test, ring.reserve(test.may_alloc(), 2), ENOSPC);
	fixture->finish(test.irq(), ring.last_seqno());
	EXPECT(test, first.is_signaled());

	Fence second = ASSERT_OK(test, fixture->submit(test.may_alloc(), 4));
	EXPECT_EQ(test, ring.wptr(), 2);
	for (u32 at : {ring_words - 2, ring_words - 1, 0u, 1u})
		EXPECT_EQ(test, fixture->memory[at], ring.last_seqno().value());
	EXPECT(test, fixture->memory[2] != ring.last_seqno().value());
	fixture->finish(test.irq(), ring.last_seqno());
	EXPECT(test, second.is_signaled());
}

void writer_gives_back_what_it_did_not_use(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	RingWriter writer = ASSERT_OK(test, fixture->ring.reserve(test.may_alloc(), 10));

	writer.word(1);
	writer.word(2);
	EXPECT_EQ(test, writer.remaining(), 8);
	EXPECT_EQ(test, fixture->ring.wptr(), 0);
	EXPECT_EQ(test, writer.commit(), 2);
	EXPECT_EQ(test, fixture->ring.wptr(), 2);
	EXPECT_EQ(test, writer.remaining(), 0);
}

void full_until_jobs_finish(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	constexpr u32 words = ring_words / 4;

	Fence first = ASSERT_OK(test, fixture->submit(test.may_alloc(), words));
	Seqno first_seqno = fixture->ring.last_seqno();
	Fence second = ASSERT_OK(test, fixture->submit(test.may_alloc(), words));
	Fence third = ASSERT_OK(test, fixture->submit(test.may_alloc(), words));

	EXPECT_ERROR(test, fixture->submit(test.may_alloc(), words), ENOSPC);
	fixture->finish(test.irq(), first_seqno);
	Fence fourth = ASSERT_OK(test, fixture->submit(test.may_alloc(), words));
	EXPECT_ERROR(test, fixture->submit(test.may_alloc(), words), ENOSPC);

	fixture->finish(test.irq(), fixture->ring.last_seqno());
	EXPECT(test, second.is_signaled() && third.is_signaled() && fourth.is_signaled());
	EXPECT(test, fixture->ring.is_empty(test.irq()));
}

void signals_in_order_across_the_wrap(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	constexpr u32 count = 0x180;
	auto fences = ASSERT_OK(test, Buffer<Fence>::create(test.may_alloc(), count));

	for (Fence &fence : fences)
		fence = ASSERT_OK(test, fixture->submit(test.may_alloc(), 2));
	/* The first is just above first_seqno, the last beyond zero. */
	EXPECT_EQ(test, fixture->ring.last_seqno().value(), first_seqno + count);
	EXPECT(test, fixture->ring.last_seqno().value() < count);

	EXPECT(test, !fixture->ring.signal_completed(test.irq()));
	for (u32 done = 0x40; done <= count; done += 0x40) {
		fixture->finish(test.irq(), Seqno(first_seqno + done));
		EXPECT(test, fences[done - 1].is_signaled());
		EXPECT(test, done == count || !fences[done].is_signaled());
		EXPECT(test, done == count || fixture->ring.oldest(test.irq()) ==
						      Seqno(first_seqno + done + 1));
	}
	EXPECT(test, fixture->ring.is_empty(test.irq()));
}

void killed_ring_fails_its_jobs(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	Fence done = ASSERT_OK(test, fixture->submit(test.may_alloc(), 2));

	fixture->finish(test.irq(), fixture->ring.last_seqno());
	Fence lost = ASSERT_OK(test, fixture->submit(test.may_alloc(), 2));
	Fence lost_too = ASSERT_OK(test, fixture->submit(test.may_alloc(), 2));

	EXPECT_EQ(test, fixture->ring.kill(test.irq(), -ENODEV), 2);
	EXPECT(test, done.error().has_value());
	EXPECT_ERROR(test, lost.error(), ENODEV);
	EXPECT_ERROR(test, lost_too.error(), ENODEV);

	Fence late = ASSERT_OK(test, fixture->submit(test.may_alloc(), 2));
	EXPECT_ERROR(test, late.error(), ENODEV);
	EXPECT(test, fixture->ring.is_empty(test.irq()));
}

void reset_keeps_the_seqno(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	Fence fence = ASSERT_OK(test, fixture->submit(test.may_alloc(), 100));
	Seqno last = fixture->ring.last_seqno();

	fixture->finish(test.irq(), last);
	/* What power loss may leave in memory. */
	fixture->memptrs.fence = 0;
	fixture->ring.reset(test.may_alloc());
	EXPECT_EQ(test, fixture->ring.wptr(), 0);
	EXPECT_EQ(test, fixture->position, 0u);
	EXPECT_EQ(test, fixture->memptrs.fence, last.value());
	EXPECT(test, fixture->ring.reserve(test.may_alloc(), ring_words - 1).has_value());
}

void replays_what_is_unfinished(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	Ring &ring = fixture->ring;
	Fence fences[5];
	Seqno seqnos[5];

	for (u32 i = 0; i < 5; i++) {
		fences[i] =
			ASSERT_OK(test, fixture->submit(test.may_alloc(), ring_words / 8, true));
		seqnos[i] = ring.last_seqno();
	}
	/* The CP is about to begin the second, which would tell as well that the first is over. */
	EXPECT(test, fixture->look(test.irq(), ring_words / 8, seqnos[0]));
	EXPECT(test, ring.oldest(test.irq()) == seqnos[1]);

	/* The third is not the oldest, the first has finished. */
	EXPECT(test, !ring.take_oldest(test.may_alloc(), seqnos[2]));
	EXPECT(test, !ring.take_oldest(test.may_alloc(), seqnos[0]));
	JobBlock *guilty = ring.take_oldest(test.may_alloc(), seqnos[1]);
	ASSERT(test, guilty != nullptr);

	ring.reset(test.may_alloc());
	EXPECT_EQ(test, ring.wptr(), 0);
	/* Neither it nor those behind it have finished, whatever was in memory before. */
	EXPECT_EQ(test, fixture->memptrs.fence, seqnos[1].value());
	EXPECT(test, !ring.signal_completed(test.irq()));
	/* Nor does what the CP says while it is set up, or a record that someone has forged. */
	for (u32 at : {12u, ring_words / 2, ring_words - 1})
		EXPECT(test, !fixture->look(test.irq(), at, seqnos[4]));
	ring.reset(test.may_alloc());
	Ring::fail(test.irq(), *guilty, -EIO);
	EXPECT(test, fences[1].is_signaled());
	EXPECT_ERROR(test, fences[1].error(), EIO);

	u32 at = 0;
	u32 count = ring.replay(
		test.may_alloc(), [](JobBlock &) { return 3; },
		[&](JobBlock &block, RingWriter &writer) {
			EXPECT(test, block.seqno == seqnos[2 + at++]);
			for (u32 i = 0; i < 3; i++)
				writer.word(block.seqno.value());
			return JobMarks{.passed = writer.position()};
		});
	EXPECT_EQ(test, count, 3);
	EXPECT_EQ(test, ring.wptr(), 9);
	EXPECT_EQ(test, fixture->memory[3], seqnos[3].value());

	/* They finish as if nothing had been, and what they occupied is free. */
	fixture->finish(test.irq(), seqnos[3]);
	EXPECT(test, fences[2].is_signaled() && fences[2].error());
	EXPECT(test, fences[3].is_signaled() && !fences[4].is_signaled());
	fixture->finish(test.irq(), seqnos[4]);
	EXPECT(test, ring.is_empty(test.irq()));
	EXPECT(test, ring.reserve(test.may_alloc(), ring_words - 1));
}

/* Jobs of two processes, wherever in the ring they are. */
void forged_records(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	Ring &ring = fixture->ring;
	JobMarks marks[4];
	Seqno seqnos[4];
	Fence fences[4];

	for (u32 round = 0; round < 5; round++) {
		u32 start = ring.wptr();

		for (u32 i = 0; i < 4; i++) {
			/* The first two are one's, the others the other's. */
			bool switches = i == 0 || i == 2;

			fences[i] = ASSERT_OK(test, fixture->submit(test.may_alloc(),
								    ring_words / 8 + 7, switches));
			marks[i] = fixture->last;
			seqnos[i] = ring.last_seqno();
		}

		/* All of them are over, says the first of them while it runs. */
		EXPECT(test, !fixture->look(test.irq(), start, seqnos[3]));
		EXPECT(test, !fixture->look(test.irq(), marks[0].begun, seqnos[3]));
		/* Its own are for it to say, as soon as the CP is behind them. */
		EXPECT(test, fixture->look(test.irq(), marks[0].passed, seqnos[3]));
		EXPECT(test, fences[0].is_signaled() && !fences[1].is_signaled());

		/* Nothing is over, says the third. But it could not say so if the second was not. */
		EXPECT(test, !fixture->look(test.irq(), marks[1].passed, seqnos[0].previous()));
		EXPECT(test, fixture->look(test.irq(), marks[2].begun, seqnos[0].previous()));
		EXPECT(test, fences[1].is_signaled() && !fences[2].is_signaled());
		EXPECT(test, ring.oldest(test.irq()) == seqnos[2]);
		/* Its successor in the same address space waits for nobody. */
		EXPECT(test, !fixture->look(test.irq(), marks[2].passed, seqnos[0]));
		EXPECT(test, !fixture->look(test.irq(), marks[3].passed, seqnos[0]));
		EXPECT(test, fixture->look(test.irq(), marks[3].passed, seqnos[3]));
		EXPECT(test, ring.is_empty(test.irq()));
		for (const Fence &fence : fences)
			EXPECT(test, fence.error());
	}
}

void times_of_jobs(Test &test)
{
	auto fixture = ASSERT_OK(test, RingFixture::create(test.may_alloc()));
	struct Case {
		u64 cycles_start, cycles_end, start, end, elapsed, cycles;
	};
	/* 19.2 MHz; what the CP cannot have written counts as nothing. */
	constexpr Case cases[] = {
		{100, 1100, 1000, 1192, 10000, 1000}, {0, 0, 5, 5, 0, 0},
		{7, 3, 1000, 1192, 10000, 0},         {100, 1100, 1000, 999, 0, 0},
		{100, 1100, 0, ~0ull, 0, 0},
	};

	for (const Case &each : cases) {
		const JobBlock *block = nullptr;
		Fence fence = ASSERT_OK(test, fixture->submit(test.may_alloc(), 2));
		Seqno seqno = fixture->ring.last_seqno();
		JobRecord &record = fixture->memptrs.jobs[seqno.value() % job_records];

		EXPECT_EQ(test, fixture->ring.record_iova(seqno, 0),
			  0x9000 + (reinterpret_cast<u8 *>(&record) -
				    reinterpret_cast<u8 *>(&fixture->memptrs)));
		fixture->ring.with_oldest(test.irq(),
					  [&](const JobBlock &oldest) { block = &oldest; });
		ASSERT(test, block);
		record.cycles_start = each.cycles_start;
		record.cycles_end = each.cycles_end;
		record.ticks_start = each.start;
		record.ticks_end = each.end;
		/* The block is the fence's, which is held. */
		fixture->finish(test.irq(), seqno);
		EXPECT_EQ(test, block->times.elapsed(), each.elapsed);
		EXPECT_EQ(test, block->times.cycles, each.cycles);
	}
}

} // namespace

KUNIT_SUITE(ring, KUNIT_CASE(times_of_jobs), KUNIT_CASE(forged_records),
	    KUNIT_CASE(replays_what_is_unfinished), KUNIT_CASE(words_and_wrap),
	    KUNIT_CASE(writer_gives_back_what_it_did_not_use), KUNIT_CASE(full_until_jobs_finish),
	    KUNIT_CASE(signals_in_order_across_the_wrap), KUNIT_CASE(killed_ring_fails_its_jobs),
	    KUNIT_CASE(reset_keeps_the_seqno));
