// SPDX-License-Identifier: GPL-2.0-only
/* The operating point between what scaling wants and what there is to do; and the load it goes by. */

#include "adreno/frequency.h"
#include "kernel/alloc.h"
#include "tests/kunit.h"

using namespace kernel;
using namespace msm;
using namespace msm::adreno;

namespace {

constexpr u64 mhz = 1'000'000;

/* What is voted for, Hz; 0: nothing. */
struct Votes {
	u64 hz = 0;
	u32 changes = 0;
	int error = 0;
};

class FakePoints {
public:
	explicit FakePoints(Votes &votes) : votes_(votes) {}

	u64 min() const { return 320 * mhz; }
	u64 max() const { return 900 * mhz; }
	Result<void> set(MayAlloc, u64 hz)
	{
		if (votes_.error)
			return err(votes_.error);
		votes_.hz = hz;
		votes_.changes++;
		return {};
	}
	void release(MayAlloc) { votes_.hz = 0; }

private:
	Votes &votes_;
};

using FakeFrequency = FrequencyOf<FakePoints>;

bool always()
{
	return true;
}

bool never()
{
	return false;
}

void the_highest_until_told(Test &test)
{
	MayAlloc token = test.may_alloc();
	Votes votes;
	FakeFrequency frequency{FakePoints(votes)};

	EXPECT_EQ(test, frequency.max(), 900 * mhz);
	EXPECT_EQ(test, frequency.wanted(), 900 * mhz);
	EXPECT_EQ(test, votes.hz, 0);
	EXPECT(test, frequency.on(token).has_value());
	EXPECT_EQ(test, votes.hz, 900 * mhz);
	EXPECT(test, frequency.want(token, 600 * mhz).has_value());
	EXPECT_EQ(test, votes.hz, 600 * mhz);
	EXPECT_EQ(test, frequency.wanted(), 600 * mhz);
	/* The same again costs nothing. */
	EXPECT(test, frequency.want(token, 600 * mhz).has_value());
	EXPECT_EQ(test, votes.changes, 2);
}

/* Asked for by sysfs, say: nothing may be voted for on behalf of a GPU that is off. */
void wanted_while_off(Test &test)
{
	MayAlloc token = test.may_alloc();
	Votes votes;
	FakeFrequency frequency{FakePoints(votes)};

	EXPECT(test, frequency.want(token, 320 * mhz).has_value());
	EXPECT_EQ(test, votes.changes, 0);
	EXPECT(test, frequency.on(token).has_value());
	EXPECT_EQ(test, votes.hz, 320 * mhz);
	frequency.off(token);
	EXPECT_EQ(test, votes.hz, 0);
	EXPECT(test, frequency.want(token, 600 * mhz).has_value());
	EXPECT(test, frequency.settle(token, always).has_value());
	EXPECT_EQ(test, votes.hz, 0);
	EXPECT(test, frequency.on(token).has_value());
	EXPECT_EQ(test, votes.hz, 600 * mhz);
}

void the_lowest_while_idle(Test &test)
{
	MayAlloc token = test.may_alloc();
	Votes votes;
	FakeFrequency frequency{FakePoints(votes)};

	EXPECT(test, frequency.on(token).has_value());
	EXPECT(test, frequency.settle(token, always).has_value());
	EXPECT_EQ(test, votes.hz, 320 * mhz);
	EXPECT_EQ(test, frequency.wanted(), 900 * mhz);
	/* It stays so, whatever is wanted meanwhile. */
	EXPECT(test, frequency.want(token, 600 * mhz).has_value());
	EXPECT(test, frequency.settle(token, always).has_value());
	EXPECT_EQ(test, votes.hz, 320 * mhz);
	EXPECT(test, frequency.settle(token, never).has_value());
	EXPECT_EQ(test, votes.hz, 600 * mhz);
	EXPECT(test, frequency.settle(token, never).has_value());
	EXPECT_EQ(test, votes.changes, 3);

	/* Off and on again: no longer idle. */
	EXPECT(test, frequency.settle(token, always).has_value());
	frequency.off(token);
	EXPECT(test, frequency.on(token).has_value());
	EXPECT_EQ(test, votes.hz, 600 * mhz);
}

void what_fails_stays_as_it_was(Test &test)
{
	MayAlloc token = test.may_alloc();
	Votes votes;
	FakeFrequency frequency{FakePoints(votes)};

	votes.error = EIO;
	EXPECT_ERROR(test, frequency.on(token), EIO);
	EXPECT(test, frequency.want(token, 600 * mhz).has_value());
	votes.error = 0;
	EXPECT(test, frequency.on(token).has_value());
	EXPECT_EQ(test, votes.hz, 600 * mhz);

	votes.error = EIO;
	EXPECT_ERROR(test, frequency.want(token, 900 * mhz), EIO);
	EXPECT_EQ(test, frequency.wanted(), 600 * mhz);
	EXPECT_ERROR(test, frequency.settle(token, always), EIO);
	votes.error = 0;
	/* Not taken for idle: what is wanted is set at once. */
	EXPECT(test, frequency.want(token, 900 * mhz).has_value());
	EXPECT_EQ(test, votes.hz, 900 * mhz);
}

constexpr u64 ms = 1'000'000; /* ns */
constexpr u64 ticks_per_ms = LoadMeter::hz / 1000;

void load_is_busy_time(Test &test)
{
	LoadMeter meter;

	meter.start(1000, 5 * ms);
	EXPECT(test, meter.look(1000, 55 * ms) == Load({.busy = 0, .total = 50'000}));
	EXPECT(test, meter.look(1000 + 10 * ticks_per_ms, 75 * ms) ==
			     Load({.busy = 10'000, .total = 20'000}));
	EXPECT(test, meter.look(1000 + 12 * ticks_per_ms, 77 * ms) ==
			     Load({.busy = 2'000, .total = 2'000}));
	/* No time at all. */
	EXPECT(test,
	       meter.look(1000 + 12 * ticks_per_ms, 77 * ms) == Load({.busy = 0, .total = 0}));
}

/* It rests, or is off: the counter stands, and goes on from where it was. */
void load_without_a_counter(Test &test)
{
	LoadMeter meter;

	meter.start({}, 0);
	EXPECT(test, meter.look({}, 50 * ms) == Load({.busy = 0, .total = 50'000}));
	EXPECT(test,
	       meter.look(5 * ticks_per_ms, 60 * ms) == Load({.busy = 5'000, .total = 10'000}));
	EXPECT(test, meter.look({}, 70 * ms) == Load({.busy = 0, .total = 10'000}));
	EXPECT(test,
	       meter.look(9 * ticks_per_ms, 80 * ms) == Load({.busy = 4'000, .total = 10'000}));
}

/* A broken counter, or a GPU that was lost and answers with all bits: at most always busy. */
void load_that_cannot_be(Test &test)
{
	LoadMeter meter;

	meter.start(100 * ticks_per_ms, 0);
	EXPECT(test, meter.look(7, 10 * ms) == Load({.busy = 0, .total = 10'000}));
	EXPECT(test,
	       meter.look(7 + ticks_per_ms, 20 * ms) == Load({.busy = 1'000, .total = 10'000}));
	EXPECT(test, meter.look(~u64{0}, 30 * ms) == Load({.busy = 10'000, .total = 10'000}));
	EXPECT(test, meter.look(0, 40 * ms) == Load({.busy = 0, .total = 10'000}));
	EXPECT(test, meter.look(60'000 * ticks_per_ms, 50 * ms) ==
			     Load({.busy = 10'000, .total = 10'000}));
}

} // namespace

KUNIT_SUITE(frequency, KUNIT_CASE(the_highest_until_told), KUNIT_CASE(wanted_while_off),
	    KUNIT_CASE(the_lowest_while_idle), KUNIT_CASE(what_fails_stays_as_it_was),
	    KUNIT_CASE(load_is_busy_time), KUNIT_CASE(load_without_a_counter),
	    KUNIT_CASE(load_that_cannot_be));
