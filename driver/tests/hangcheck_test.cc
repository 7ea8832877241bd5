// SPDX-License-Identifier: GPL-2.0-only
/* What the hangcheck concludes from what it sees, one look after another. */

#include "sched/hangcheck.h"
#include "tests/kunit.h"

using namespace kernel;
using namespace msm;

namespace {

constexpr u64 period = 100 * ticks_per_ms;
constexpr u64 limit = 10 * period;

/* A ring whose CP the test moves. */
class Gpu {
public:
	/* The next look, a period later. */
	bool look()
	{
		position.ticks += period;
		return check.is_hung(oldest, position, limit);
	}

	Hangcheck check;
	Seqno oldest{0xffffffff};
	GpuPosition position{};
};

void one_look_says_nothing(Test &test)
{
	Gpu gpu;

	EXPECT(test, !gpu.look());
	EXPECT(test, gpu.look());
	/* After a reset it is a first look again. */
	gpu.check.forget();
	EXPECT(test, !gpu.look());
	EXPECT(test, gpu.look());
}

void another_job_is_progress(Test &test)
{
	Gpu gpu;

	for (u32 i = 0; i < 30; i++) {
		EXPECT(test, !gpu.look());
		gpu.oldest = gpu.oldest.next();
	}
}

void each_part_of_the_position_counts(Test &test)
{
	Gpu gpu;

	EXPECT(test, !gpu.look());
	gpu.position.rptr++;
	EXPECT(test, !gpu.look());
	gpu.position.ib1 += 64;
	EXPECT(test, !gpu.look());
	gpu.position.ib2 += 64;
	EXPECT(test, !gpu.look());
	gpu.position.ib1_left--;
	EXPECT(test, !gpu.look());
	gpu.position.ib2_left--;
	EXPECT(test, !gpu.look());
	EXPECT(test, gpu.look());
}

void not_for_ever(Test &test)
{
	Gpu gpu;
	u32 looks = 0;

	while (!gpu.look() && looks < 100) {
		gpu.position.ib1_left ^= 1;
		looks++;
	}
	/* The limit, after the first look. */
	EXPECT_EQ(test, looks, 1 + limit / period);
}

/* Whoever faults again and again is looked at all the same. */
void hindered_again_and_again(Test &test)
{
	Gpu gpu;
	u32 looks = 0;

	while (!gpu.look() && looks < 100) {
		gpu.check.excuse();
		gpu.position.ib1_left ^= 1;
		looks++;
	}
	EXPECT_EQ(test, looks, 1 + limit / period);
}

void hindered_once(Test &test)
{
	Gpu gpu;

	/* Before the first look there is nothing to excuse. */
	gpu.check.excuse();
	EXPECT(test, !gpu.look());
	gpu.check.excuse();
	EXPECT(test, !gpu.look());
	EXPECT(test, gpu.look());
}

void a_clock_that_stands_still(Test &test)
{
	Gpu gpu;

	EXPECT(test, !gpu.look());
	gpu.position.rptr++;
	EXPECT(test, gpu.check.is_hung(gpu.oldest, gpu.position, limit));
}

void held_back_by_the_smmu(Test &test)
{
	Gpu gpu;

	EXPECT(test, !gpu.look());
	gpu.position.stalled = true;
	for (u32 i = 0; i < Hangcheck::max_stalled_looks; i++)
		EXPECT(test, !gpu.look());
	/* Then it is time to go on. */
	gpu.position.stalled = false;
	EXPECT(test, !gpu.look());
	EXPECT(test, gpu.look());
}

void held_back_for_ever(Test &test)
{
	Gpu gpu;
	u32 looks = 0;

	gpu.position.stalled = true;
	while (!gpu.look() && looks < 100)
		looks++;
	EXPECT_EQ(test, looks, 1 + Hangcheck::max_stalled_looks);
}

} // namespace

KUNIT_SUITE(hangcheck, KUNIT_CASE(one_look_says_nothing), KUNIT_CASE(another_job_is_progress),
	    KUNIT_CASE(each_part_of_the_position_counts), KUNIT_CASE(not_for_ever),
	    KUNIT_CASE(a_clock_that_stands_still), KUNIT_CASE(held_back_by_the_smmu),
	    KUNIT_CASE(held_back_for_ever), KUNIT_CASE(hindered_again_and_again),
	    KUNIT_CASE(hindered_once));
