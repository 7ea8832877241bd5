// SPDX-License-Identifier: GPL-2.0-only
/* Page faults: who waits for whom, and that many of them cost little. */

#include <string_view>

#include "kernel/alloc.h"
#include "kernel/signalling.h"
#include "sched/scheduler.h"
#include "tests/fake_hardware.h"
#include "tests/kunit.h"

using namespace kernel;
using namespace msm;

namespace {

/* Keeps what it was shown; wants one at a time, as a dump does. */
class Observer final : public HangObserver {
public:
	void capture(Signalling, const HangReport &report) override
	{
		captures++;
		cause = report.cause;
		if (report.fault)
			fault = *report.fault;
	}
	bool wants_faults() const override { return wants; }

	bool wants = true;
	u32 captures = 0;
	HangCause cause = HangCause::no_progress;
	GpuFault fault{};
};

class Fixture {
public:
	static Result<Unique<Fixture>> create(Test &test)
	{
		MayAlloc token = test.may_alloc();
		auto fixture = TRY(make<Fixture>(token));

		fixture->memory_ = TRY(Buffer<u32>::create(token, ring_words));
		fixture->memptrs_ = TRY(make<Memptrs>(token));

		RingMemory ring{fixture->memory_.data(), 0x1000, &fixture->position_};

		fixture->scheduler_ =
			TRY(Scheduler::create(token, nullptr, fixture->gpu, {&ring, 1},
					      &fixture->memptrs_->ring, 0x9000));
		fixture->scheduler_->observe_hangs(&fixture->observer);
		/* On, as for a job. */
		TRY(fixture->scheduler_->power().arm(token));
		return fixture;
	}

	Recovery &recovery() { return scheduler_->recovery(); }

	/* The GPU went there; the SMMU holds it back if it is told to. */
	void fault(Test &test, u64 iova, u32 fsr = 1u << 1)
	{
		gpu.stalled = gpu.stalls;
		recovery().page_fault(test.irq(), {.iova = iova,
						   .ttbr0 = 0,
						   .fsr = fsr,
						   .fsynr0 = 0,
						   .fsynr1 = 0,
						   .contextidr = 0,
						   .write = true,
						   .detailed = true});
	}

	/* Without a job. */
	void go_off(Test &test)
	{
		if (std::exchange(on_, false))
			scheduler_->power().disarm(test.may_alloc());
	}

	void destroy(Test &test)
	{
		go_off(test);
		scheduler_->stop(test.may_alloc(), milliseconds(10));
		scheduler_ = nullptr;
	}

	FakeHardware gpu;
	Observer observer;

private:
	Buffer<u32> memory_;
	u32 position_ = 0;
	bool on_ = true;
	struct Memptrs {
		RingMemptrs ring{};
	};

	Unique<Memptrs> memptrs_;
	Unique<Scheduler> scheduler_;
};

void the_first_is_shown(Test &test)
{
	auto fixture = ASSERT_OK(test, Fixture::create(test));

	fixture->fault(test, 0x12345);
	fixture->recovery().faults().wait(test.may_alloc());
	fixture->recovery().flush(test.may_alloc());
	EXPECT_EQ(test, fixture->observer.captures, 1);
	EXPECT(test, fixture->observer.cause == HangCause::smmu_fault);
	EXPECT_EQ(test, fixture->observer.fault.iova, 0x12345);
	EXPECT(test, fixture->observer.fault.write);
	EXPECT(test, fixture->observer.fault.type == std::string_view("TRANSLATION"));
	EXPECT(test, !fixture->gpu.stalled);
	/* It goes on: a fault is no hang. */
	EXPECT_EQ(test, fixture->gpu.resets, 0);
	EXPECT_EQ(test, fixture->gpu.halts, 0);
	fixture->destroy(test);
}

void a_storm_is_not_held_back(Test &test)
{
	auto fixture = ASSERT_OK(test, Fixture::create(test));

	for (u32 i = 0; i < 1000; i++)
		fixture->fault(test, 0x1000 + i);
	fixture->recovery().flush(test.may_alloc());
	EXPECT_EQ(test, fixture->recovery().faults().count(), 1000);
	EXPECT_EQ(test, fixture->observer.captures, 1);
	EXPECT(test, !fixture->gpu.stalls);
	EXPECT(test, !fixture->gpu.stalled);

	/* Half a second after the last one. */
	for (u32 i = 0; i < 500 && !fixture->gpu.stalls; i++)
		sleep_for(test.may_alloc(), 20'000);
	EXPECT(test, fixture->gpu.stalls);
	fixture->destroy(test);
}

void nobody_wants_it(Test &test)
{
	auto fixture = ASSERT_OK(test, Fixture::create(test));

	fixture->observer.wants = false;
	fixture->fault(test, 0x12345);
	/* Let go at once, but not within the interrupt. */
	for (u32 i = 0; i < 5000 && fixture->gpu.stalled; i++)
		sleep_for(test.may_alloc(), 1000);
	EXPECT(test, !fixture->gpu.stalled);
	EXPECT_EQ(test, fixture->gpu.stalls_ended, 1);
	fixture->recovery().flush(test.may_alloc());
	EXPECT_EQ(test, fixture->observer.captures, 0);
	fixture->destroy(test);
}

/* What is off has nothing to show. */
void too_late(Test &test)
{
	auto fixture = ASSERT_OK(test, Fixture::create(test));

	fixture->go_off(test);
	fixture->fault(test, 0x12345);
	fixture->recovery().flush(test.may_alloc());
	EXPECT_EQ(test, fixture->observer.captures, 0);
	EXPECT(test, !fixture->gpu.stalled);
	fixture->destroy(test);
}

/* Between the look at a hang and the reset behind it: a dump would be of the job that comes next. */
void on_the_way_to_a_reset(Test &test)
{
	auto fixture = ASSERT_OK(test, Fixture::create(test));

	{
		SignallingSection section(test.may_alloc());

		fixture->recovery().faults().give_up(section.token());
	}
	fixture->fault(test, 0x12345);
	fixture->recovery().flush(test.may_alloc());
	EXPECT_EQ(test, fixture->observer.captures, 0);

	EXPECT(test, fixture->recovery().reset(test.may_alloc()));
	EXPECT_EQ(test, fixture->observer.captures, 1);
	fixture->gpu.stalls = true;
	fixture->fault(test, 0x12345);
	fixture->recovery().flush(test.may_alloc());
	EXPECT_EQ(test, fixture->observer.captures, 2);
	EXPECT(test, fixture->observer.cause == HangCause::smmu_fault);
	fixture->destroy(test);
}

/* Nothing is said of an access that the SMMU has not recorded. */
void one_too_soon(Test &test)
{
	constexpr u32 fsr_multi = 1u << 31, fsr_stalled = 1u << 30;
	auto fixture = ASSERT_OK(test, Fixture::create(test));

	fixture->fault(test, 0x12345, fsr_multi | fsr_stalled);
	for (u32 i = 0; i < 5000 && fixture->gpu.stalled; i++)
		sleep_for(test.may_alloc(), 1000);
	EXPECT(test, !fixture->gpu.stalled);
	fixture->recovery().flush(test.may_alloc());
	EXPECT_EQ(test, fixture->observer.captures, 0);
	EXPECT_EQ(test, fixture->recovery().faults().count(), 1);
	fixture->destroy(test);
}

} // namespace

KUNIT_SUITE(page_faults, KUNIT_CASE(the_first_is_shown), KUNIT_CASE(a_storm_is_not_held_back),
	    KUNIT_CASE(nobody_wants_it), KUNIT_CASE(one_too_soon), KUNIT_CASE(too_late),
	    KUNIT_CASE(on_the_way_to_a_reset));
