// SPDX-License-Identifier: GPL-2.0-only
/* The count of armed jobs and the one power reference it owns. */

#include "sched/power.h"
#include "tests/fake_hardware.h"
#include "tests/kunit.h"

using namespace kernel;
using namespace msm;

namespace {

void one_reference_for_all_jobs(Test &test)
{
	FakeHardware gpu;
	Power power(gpu);

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
	Power power(gpu);

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
	Power power(gpu);

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
	Power power(gpu);

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
	Power power(gpu);

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
	Power power(gpu);

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

} // namespace

KUNIT_SUITE(power, KUNIT_CASE(given_up_after_three_attempts), KUNIT_CASE(reset_keeps_the_reference),
	    KUNIT_CASE(one_reference_for_all_jobs), KUNIT_CASE(failure_arms_nothing),
	    KUNIT_CASE(holding_is_not_arming), KUNIT_CASE(closing_refuses_and_lets_go));
