// SPDX-License-Identifier: GPL-2.0-only
/* The count of armed jobs and the one power reference it owns. */

#include "kernel/alloc.h"
#include "sched/power.h"
#include "tests/fake_hardware.h"
#include "tests/kunit.h"

using namespace kernel;
using namespace msm;

namespace {

/* Not on the stack, which work items and timers must not be on. */
Unique<Power> make_power(Test &test, FakeHardware &gpu, Nanoseconds rest_delay = milliseconds(20))
{
	auto power = make<Power>(test.may_alloc(), gpu, rest_delay);

	if (!power || !(*power)->init(test.may_alloc()))
		return {};
	return std::move(*power);
}

void one_reference_for_all_jobs(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu);

	ASSERT(test, made);
	Power &power = *made;

	EXPECT(test, power.arm(test.may_alloc()).has_value());
	EXPECT(test, power.arm(test.may_alloc()).has_value());
	EXPECT_EQ(test, gpu.powered, 1);
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 1);
	EXPECT_ERROR(test, power.wait_idle(test.may_alloc(), Deadline::now()), ETIMEDOUT);
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 0);
	EXPECT(test, power.wait_idle(test.may_alloc(), Deadline::now()).has_value());
	EXPECT_EQ(test, gpu.power_ups, 1);
}

void failure_arms_nothing(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu);

	ASSERT(test, made);
	Power &power = *made;

	gpu.power_error = ENOMEM;
	EXPECT_ERROR(test, power.arm(test.may_alloc()), ENOMEM);
	EXPECT_EQ(test, power.armed(), 0);
	gpu.power_error = 0;
	EXPECT(test, power.arm(test.may_alloc()).has_value());
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 0);
}

void given_up_after_three_attempts(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu);

	ASSERT(test, made);
	Power &power = *made;

	/* Twice in vain is not enough. */
	gpu.power_error = ETIMEDOUT;
	gpu.power_failures = 2;
	EXPECT(test, power.arm(test.may_alloc()).has_value());
	EXPECT(test, !power.is_lost());
	power.disarm(test.may_alloc());

	gpu.power_failures = 3;
	EXPECT_ERROR(test, power.arm(test.may_alloc()), EIO);
	EXPECT(test, power.is_lost());
	EXPECT_ERROR(test, power.arm(test.may_alloc()), EIO);
	EXPECT_ERROR(test, power.hold(test.may_alloc()), EIO);
	EXPECT_EQ(test, power.armed(), 0);
	EXPECT_EQ(test, gpu.powered, 0);
	/* Gone is gone. */
	power.close(test.may_alloc());
	EXPECT_ERROR(test, power.arm(test.may_alloc()), ENODEV);
}

void reset_keeps_the_reference(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu);

	ASSERT(test, made);
	Power &power = *made;

	EXPECT(test, !power.arm_if_on(test.may_alloc()));
	EXPECT(test, power.arm(test.may_alloc()).has_value());
	EXPECT(test, power.arm_if_on(test.may_alloc()));
	EXPECT(test, power.reset(test.may_alloc()).has_value());
	EXPECT_EQ(test, gpu.powered, 1);
	EXPECT_EQ(test, gpu.resets, 1);
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 1);

	/* Lost on the way: there is no reference to be dropped any more. */
	gpu.power_error = EIO;
	EXPECT_ERROR(test, power.reset(test.may_alloc()), EIO);
	EXPECT_EQ(test, gpu.powered, 0);
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 0);
}

void holding_is_not_arming(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu);

	ASSERT(test, made);
	Power &power = *made;

	EXPECT(test, power.hold(test.may_alloc()).has_value());
	EXPECT(test, power.arm(test.may_alloc()).has_value());
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 1);
	EXPECT_EQ(test, power.armed(), 0);
	power.release(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 0);
}

void closing_refuses_and_lets_go(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu);

	ASSERT(test, made);
	Power &power = *made;

	EXPECT(test, power.hold(test.may_alloc()).has_value());
	EXPECT(test, power.arm(test.may_alloc()).has_value());
	power.close(test.may_alloc());
	EXPECT_ERROR(test, power.arm(test.may_alloc()), ENODEV);
	EXPECT_ERROR(test, power.hold(test.may_alloc()), ENODEV);
	EXPECT_EQ(test, gpu.powered, 1);
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 0);
	/* Whoever held learns nothing of it. */
	power.release(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 0);
}

/* Until the clocks rest, or do not any more; not longer than a second. */
bool comes_to(Test &test, FakeHardware &gpu, bool resting)
{
	for (u32 ms = 0; ms < 1000 && gpu.resting.get() != resting; ms++)
		sleep_for(test.may_alloc(), 1000);
	return gpu.resting.get() == resting;
}

void clocks_rest_while_jobs_wait(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu, milliseconds(1));

	ASSERT(test, made);
	Power &power = *made;

	EXPECT(test, power.arm(test.may_alloc()).has_value());
	EXPECT(test, comes_to(test, gpu, true));

	/* One runs: they do, for as long as it takes. */
	EXPECT(test, power.start(test.may_alloc()).has_value());
	EXPECT_EQ(test, gpu.resting.get(), 0);
	sleep_for(test.may_alloc(), 20'000);
	EXPECT_EQ(test, gpu.resting.get(), 0);

	/* It is done, another one waits on. */
	EXPECT(test, power.arm(test.may_alloc()).has_value());
	power.finish(test.may_alloc());
	power.disarm(test.may_alloc());
	EXPECT(test, comes_to(test, gpu, true));
	EXPECT_EQ(test, gpu.powered, 1);
	power.disarm(test.may_alloc());
	EXPECT_EQ(test, gpu.powered, 0);
	EXPECT_EQ(test, gpu.clock_claims.get(), 0);
}

void clocks_do_not_rest_while_held(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu, milliseconds(1));

	ASSERT(test, made);
	Power &power = *made;

	EXPECT(test, power.arm(test.may_alloc()).has_value());
	EXPECT(test, power.hold(test.may_alloc()).has_value());
	sleep_for(test.may_alloc(), 20'000);
	EXPECT_EQ(test, gpu.resting.get(), 0);
	power.release(test.may_alloc());
	EXPECT(test, comes_to(test, gpu, true));
	power.disarm(test.may_alloc());
}

void clocks_that_do_not_start(Test &test)
{
	FakeHardware gpu;
	Unique<Power> made = make_power(test, gpu);

	ASSERT(test, made);
	Power &power = *made;

	gpu.clock_error = EIO;
	EXPECT_ERROR(test, power.hold(test.may_alloc()), EIO);
	EXPECT_EQ(test, gpu.powered, 0);
	EXPECT_ERROR(test, power.start(test.may_alloc()), EIO);
	EXPECT_EQ(test, gpu.clock_claims.get(), 0);
}

} // namespace

KUNIT_SUITE(power, KUNIT_CASE(given_up_after_three_attempts), KUNIT_CASE(reset_keeps_the_reference),
	    KUNIT_CASE(one_reference_for_all_jobs), KUNIT_CASE(failure_arms_nothing),
	    KUNIT_CASE(holding_is_not_arming), KUNIT_CASE(closing_refuses_and_lets_go),
	    KUNIT_CASE(clocks_rest_while_jobs_wait), KUNIT_CASE(clocks_do_not_rest_while_held),
	    KUNIT_CASE(clocks_that_do_not_start));
