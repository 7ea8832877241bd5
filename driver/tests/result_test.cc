// SPDX-License-Identifier: GPL-2.0-only
/* Errors as values: TRY leaves at the first failure and destroys what it must. */

#include "kernel/alloc.h"
#include "kernel/result.h"
#include "tests/kunit.h"

using namespace kernel;

namespace {

struct Counted {
	explicit Counted(int &count) : count_(count) { count_++; }
	~Counted() { count_--; }
	int &count_;
};

Result<int> half(int value)
{
	if (value % 2)
		return err(EINVAL);
	return value / 2;
}

Result<int> quarter(int value, int &alive)
{
	Counted counted(alive);
	int first = TRY(half(value));

	return half(first);
}

void success(Test &test)
{
	int alive = 0;

	EXPECT_EQ(test, ASSERT_OK(test, quarter(12, alive)), 3);
	EXPECT_EQ(test, alive, 0);
}

void failure_destroys(Test &test)
{
	int alive = 0;

	EXPECT_ERROR(test, quarter(5, alive), EINVAL);
	EXPECT_ERROR(test, quarter(6, alive), EINVAL);
	EXPECT_EQ(test, alive, 0);
}

void the_c_edge(Test &test)
{
	EXPECT_EQ(test, to_errno(Result<void>()), 0);
	EXPECT_EQ(test, to_errno(err(ENOENT)), -ENOENT);
	EXPECT_ERROR(test, from_errno(-ETIMEDOUT), ETIMEDOUT);
	EXPECT(test, from_errno(5).has_value());
}

Result<Unique<Counted>> pass(Unique<Counted> object)
{
	return object;
}

void moves_what_cannot_be_copied(Test &test)
{
	int alive = 0;
	auto object = ASSERT_OK(test, make<Counted>(test.may_alloc(), alive));

	EXPECT_EQ(test, alive, 1);
	object = ASSERT_OK(test, pass(std::move(object)));
	EXPECT_EQ(test, alive, 1);
	object = nullptr;
	EXPECT_EQ(test, alive, 0);
}

} // namespace

KUNIT_SUITE(result, KUNIT_CASE(success), KUNIT_CASE(failure_destroys), KUNIT_CASE(the_c_edge),
	    KUNIT_CASE(moves_what_cannot_be_copied));
