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

	gpu.power_error = ETIMEDOUT;
	EXPECT_ERROR(test, power.arm(test.may_alloc()), ETIMEDOUT);
	EXPECT_EQ(test, power.armed(), 0);
	gpu.power_error = 0;
	EXPECT(test, power.arm(test.may_alloc()).has_value());
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

KUNIT_SUITE(power, KUNIT_CASE(one_reference_for_all_jobs), KUNIT_CASE(failure_arms_nothing),
	    KUNIT_CASE(holding_is_not_arming), KUNIT_CASE(closing_refuses_and_lets_go));
