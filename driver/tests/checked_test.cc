// SPDX-License-Identifier: GPL-2.0-only
/* Integers from userspace, and sequence numbers that wrap: the values around the edges. */

#include "kernel/checked.h"
#include "kernel/seqno.h"
#include "tests/kunit.h"

using namespace kernel;

namespace {

constexpr u64 max64 = ~0ull;
constexpr u32 max32 = ~0u;

void in_range(Test &test)
{
	EXPECT_EQ(test, ASSERT_OK(test, (Checked<u64>(max64 - 1) + Checked<u64>(1)).get()), max64);
	EXPECT_EQ(test, ASSERT_OK(test, (Checked<u32>(7) - Checked<u32>(7)).get()), 0);
	EXPECT_EQ(test, ASSERT_OK(test, (Checked<u32>(0xffff) * Checked<u32>(0x10001)).get()),
		  max32);
	EXPECT_EQ(test, ASSERT_OK(test, Checked<u64>(4097).align_up(4096).get()), 8192);
	EXPECT_EQ(test, ASSERT_OK(test, Checked<u64>(8192).align_up(4096).get()), 8192);
}

void overflow(Test &test)
{
	EXPECT_ERROR(test, (Checked<u64>(max64) + Checked<u64>(1)).get(), EOVERFLOW);
	EXPECT_ERROR(test, (Checked<u32>(6) - Checked<u32>(7)).get(), EOVERFLOW);
	EXPECT_ERROR(test, (Checked<u32>(0x10000) * Checked<u32>(0x10000)).get(), EOVERFLOW);
	EXPECT_ERROR(test, Checked<u64>(max64 - 1).align_up(4096).get(), EOVERFLOW);
	EXPECT_ERROR(test, (Checked<s32>(0x7fffffff) + Checked<s32>(1)).get(ERANGE), ERANGE);
}

void an_overflow_is_not_undone(Test &test)
{
	Checked<u32> wrapped = Checked<u32>(max32) + Checked<u32>(1);

	EXPECT(test, !(wrapped - Checked<u32>(1)).valid());
	EXPECT(test, !(wrapped * Checked<u32>(0)).valid());
}

void narrowing(Test &test)
{
	EXPECT_EQ(test, ASSERT_OK(test, Checked<u32>(u64{max32}).get()), max32);
	EXPECT(test, !Checked<u32>(u64{max32} + 1).valid());
	EXPECT(test, !Checked<u32>(-1).valid());
	EXPECT(test, !Checked<s32>(max32).valid());
}

void seqno_wraps(Test &test)
{
	EXPECT(test, Seqno(1).after(Seqno(0)));
	EXPECT(test, !Seqno(0).after(Seqno(0)));
	EXPECT(test, Seqno(0).at_or_after(Seqno(0)));
	EXPECT(test, Seqno(max32).next() == Seqno(0));
	EXPECT(test, Seqno(3).after(Seqno(max32 - 3)));
	EXPECT(test, !Seqno(max32 - 3).at_or_after(Seqno(3)));
	EXPECT(test, Seqno(0x7fffffff).after(Seqno(0)));
}

} // namespace

KUNIT_SUITE(checked, KUNIT_CASE(in_range), KUNIT_CASE(overflow),
	    KUNIT_CASE(an_overflow_is_not_undone), KUNIT_CASE(narrowing), KUNIT_CASE(seqno_wraps));
