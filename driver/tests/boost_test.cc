// SPDX-License-Identifier: GPL-2.0-only
/* A higher frequency for a while: when it begins, and that it ends. */

#include "kernel/alloc.h"
#include "sched/boost.h"
#include "sched/power.h"
#include "tests/fake_hardware.h"
#include "tests/kunit.h"
#include "tests/ring_fixture.h"

using namespace kernel;
using namespace msm;

namespace {

/* A ring with two jobs, of which the test says when they are over, and a GPU to be boosted. */
struct Bench {
	explicit Bench(Unique<RingFixture> fixture) : jobs(std::move(fixture)) {}
	/* Nobody may be left with an unfinished job. */
	~Bench() { jobs->ring.kill(Irq::anywhere(), -ECANCELED); }

	const Ring &ring() const { return jobs->ring; }

	Boost &boost() { return power.boost(); }

	/* Waits until it is boosted once more, or is not any more; not longer than a second. */
	bool begins(Test &test)
	{
		s32 before = seen;

		for (u32 ms = 0; ms < 1000 && gpu.boosts.get() == before; ms++)
			sleep_for(test.may_alloc(), 1000);
		seen = gpu.boosts.get();
		return seen == before + 1;
	}
	bool ends(Test &test)
	{
		for (u32 ms = 0; ms < 1000 && gpu.boosted.get(); ms++)
			sleep_for(test.may_alloc(), 1000);
		return !gpu.boosted.get();
	}

	s32 seen = 0;
	Unique<RingFixture> jobs;
	FakeHardware gpu;
	Power power{gpu, milliseconds(1)};
};

Unique<Bench> make_bench(Test &test)
{
	MayAlloc token = test.may_alloc();
	auto jobs = RingFixture::create(token);

	if (!jobs || !(*jobs)->submit(token, 1) || !(*jobs)->submit(token, 1))
		return {};

	auto bench = make<Bench>(token, std::move(*jobs));

	if (!bench || !(*bench)->power.init(token))
		return {};
	return std::move(*bench);
}

/* The first of the two. */
constexpr Seqno unfinished{first_seqno + 1};

u64 in_ms(u64 ms)
{
	return Deadline::after(milliseconds(ms)).monotonic();
}

void for_a_while(Test &test)
{
	Unique<Bench> bench = make_bench(test);

	ASSERT(test, bench);
	bench->boost().now(test.irq());
	EXPECT(test, bench->begins(test));
	EXPECT(test, bench->ends(test));
	bench->power.stop_work(test.may_alloc());
}

/* A deadline that has come, or is about to. */
void at_once(Test &test)
{
	Unique<Bench> bench = make_bench(test);

	ASSERT(test, bench);
	bench->boost().by(test.irq(), bench->ring(), unfinished, 0);
	EXPECT(test, bench->begins(test));
	EXPECT(test, bench->ends(test));

	/* Done is done. */
	bench->boost().by(test.irq(), bench->ring(), Seqno(first_seqno), 0);
	sleep_for(test.may_alloc(), 20'000);
	EXPECT_EQ(test, bench->gpu.boosts.get(), 1);
	bench->power.stop_work(test.may_alloc());
}

void before_the_deadline(Test &test)
{
	Unique<Bench> bench = make_bench(test);

	ASSERT(test, bench);

	u64 deadline = in_ms(100);

	bench->boost().by(test.irq(), bench->ring(), unfinished, deadline);
	sleep_for(test.may_alloc(), 10'000);
	s32 early = bench->gpu.boosts.get();

	/* Unless this thread itself came too late. */
	if (monotonic_now() < deadline - 20'000'000)
		EXPECT_EQ(test, early, 0);
	EXPECT(test, bench->begins(test));
	bench->power.stop_work(test.may_alloc());
}

/* An earlier one replaces a later, and a job that has been named meanwhile counts. */
void the_earliest_deadline(Test &test)
{
	Unique<Bench> bench = make_bench(test);
	Boost *boost = bench ? &bench->boost() : nullptr;

	ASSERT(test, boost);
	boost->by(test.irq(), bench->ring(), unfinished, in_ms(600'000));
	boost->by(test.irq(), bench->ring(), unfinished, in_ms(10));
	EXPECT(test, bench->begins(test));
	EXPECT(test, bench->ends(test));

	boost->by(test.irq(), bench->ring(), unfinished, in_ms(20));
	boost->by(test.irq(), bench->ring(), unfinished.next(), in_ms(600'000));
	bench->jobs->finish(test.irq(), unfinished);
	EXPECT(test, bench->begins(test));
	bench->power.stop_work(test.may_alloc());
}

void done_before_the_deadline(Test &test)
{
	Unique<Bench> bench = make_bench(test);

	ASSERT(test, bench);

	u64 deadline = in_ms(50);

	bench->boost().by(test.irq(), bench->ring(), unfinished, deadline);
	bench->jobs->finish(test.irq(), unfinished);
	/* Unless this thread itself came too late. */
	bool in_time = monotonic_now() < deadline - 20'000'000;

	sleep_for(test.may_alloc(), 80'000);
	if (in_time)
		EXPECT_EQ(test, bench->gpu.boosts.get(), 0);
	bench->power.stop_work(test.may_alloc());
}

void not_after_the_end(Test &test)
{
	Unique<Bench> bench = make_bench(test);

	ASSERT(test, bench);
	bench->power.stop_work(test.may_alloc());
	bench->boost().now(test.irq());
	bench->boost().by(test.irq(), bench->ring(), unfinished, 0);
	sleep_for(test.may_alloc(), 20'000);
	EXPECT_EQ(test, bench->gpu.boosts.get(), 0);
}

/* The first job after a pause, which the load would not show for a while. */
void work_after_a_pause(Test &test)
{
	Unique<Bench> bench = make_bench(test);

	ASSERT(test, bench);

	MayAlloc token = test.may_alloc();
	Power &power = bench->power;

	EXPECT(test, power.arm(token).has_value());
	EXPECT(test, power.start(token).has_value());
	power.finish(token);
	sleep_for(token, 70'000);
	for (u32 ms = 0; ms < 1000 && !bench->gpu.resting.get(); ms++)
		sleep_for(token, 1000);
	EXPECT(test, bench->gpu.resting.get());
	EXPECT_EQ(test, bench->gpu.boosts.get(), 0);
	/* It may have come to rest before the first as well. */
	s32 wakes = bench->gpu.wakes.get();

	EXPECT(test, power.start(token).has_value());
	EXPECT(test, bench->begins(test));
	/* The clocks had rested, at the lowest frequency. */
	EXPECT_EQ(test, bench->gpu.wakes.get(), wakes + 1);
	/* One that runs beside it changes nothing. */
	EXPECT(test, power.start(token).has_value());
	EXPECT(test, bench->ends(test));
	EXPECT_EQ(test, bench->gpu.boosts.get(), 1);
	EXPECT_EQ(test, bench->gpu.wakes.get(), wakes + 1);
	power.finish(token);
	power.finish(token);
	power.disarm(token);
	power.stop_work(token);
}

} // namespace

KUNIT_SUITE(boost, KUNIT_CASE(for_a_while), KUNIT_CASE(at_once), KUNIT_CASE(before_the_deadline),
	    KUNIT_CASE(the_earliest_deadline), KUNIT_CASE(done_before_the_deadline),
	    KUNIT_CASE(not_after_the_end), KUNIT_CASE(work_after_a_pause));
