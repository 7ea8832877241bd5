// SPDX-License-Identifier: GPL-2.0-only
/* The ordered register writes of bringing an a610 up and down, against a recording fake. */
#include "adreno/a6xx_fields.h"
#include "adreno/a6xx_init.h"
#include "kernel/alloc.h"
#include "tests/kunit.h"
#include "tests/recording_io.h"

namespace msm::adreno {

using namespace kernel;

namespace {

constexpr u32 a610_id = 0x06010000;

constexpr CpAddresses addresses{
	.microcode = 0x1'0000'0001'0000,
	.ring = 0x1'0000'0002'0000,
	.rptr_shadow = 0x1'0000'0003'0000,
	.ring_bytes = 32 * 1024,
};

void program_order(Test &test)
{
	const ChipInfo *chip = find_chip(a610_id);
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	ASSERT(test, chip);
	program(*io, *chip, chip->ubwc);
	ASSERT(test, !io->overflowed());

	/* The bus is let go first, protection comes late, interrupts last. */
	EXPECT_EQ(test, io->position(reg::GBIF_HALT.index), 0u);
	EXPECT(test,
	       io->position(reg::CP_PROTECT_CNTL.index) > io->position(reg::UCHE_CACHE_WAYS.index));
	EXPECT(test,
	       io->writes().back() == (RecordingIo::Write{reg::RBBM_INT_0_MASK.index,
							  field::rbbm_int_0::enabled, false}));
	/* Known from upstream's mask. */
	EXPECT_EQ(test, field::rbbm_int_0::enabled, 0x03d0e242u);
}

void program_values(Test &test)
{
	const ChipInfo *chip = find_chip(a610_id);
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	ASSERT(test, chip);
	program(*io, *chip, chip->ubwc);

	EXPECT_EQ(test, io->last_value(reg::UCHE_GMEM_RANGE_MIN.low().index), 0x100000u);
	EXPECT_EQ(test, io->last_value(reg::UCHE_GMEM_RANGE_MAX.low().index), 0x120fffu);
	EXPECT_EQ(test, io->last_value(reg::UCHE_TRAP_BASE.high().index), 0x1ffffu);
	EXPECT_EQ(test, io->last_value(reg::UCHE_WRITE_RANGE_MAX.low().index), 0xffffffc0u);
	EXPECT_EQ(test, io->last_value(reg::RBBM_INTERFACE_HANG_INT_CNTL.index), 0x4003ffffu);
	EXPECT_EQ(test, io->last_value(reg::RBBM_CLOCK_CNTL.index), 0xaaa8aa82u);
	EXPECT_EQ(test, io->last_value(reg::CP_PROTECT[31].index), 0x80011c00u);
	EXPECT_EQ(test, io->last_value(reg::CP_PROTECT[0].index), 0x13fc0000u);
	EXPECT_EQ(test, io->last_value(reg::RB_NC_MODE_CNTL.index), 0x9u);
	EXPECT_EQ(test, io->last_value(reg::UCHE_MODE_CNTL.index), 1u << 23);
	EXPECT_EQ(test, io->last_value(reg::GMU_CX_GMU_POWER_COUNTER_SELECT_0.index), 0x20u);
}

void program_keeps_running_clocks(Test &test)
{
	const ChipInfo *chip = find_chip(a610_id);
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	ASSERT(test, chip);
	io->answer(reg::RBBM_CLOCK_CNTL.index, chip->clock_gating.clock_cntl);
	program(*io, *chip, chip->ubwc);
	EXPECT_EQ(test, io->position(reg::RBBM_CLOCK_CNTL_SP0.index), io->writes().size());
}

void ubwc_bank_bits(Test &test)
{
	const ChipInfo *chip = find_chip(a610_id);
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	ASSERT(test, chip);

	UbwcConfig config = chip->ubwc;

	/* Bank bit 18 is 5 above the hardware's zero: low bits 1, high bit 1. */
	config.highest_bank_bit = 18;
	config.swizzle = 0;
	config.macrotile_mode = true;
	program(*io, *chip, config);
	EXPECT_EQ(test, io->last_value(reg::RB_NC_MODE_CNTL.index),
		  1u << 12 | 1u << 10 | 1u << 3 | 1u << 1 | 1);
	EXPECT_EQ(test, io->last_value(reg::TPL1_NC_MODE_CNTL.index),
		  1u << 6 | 1u << 4 | 1u << 3 | 1u << 1 | 1);
	EXPECT_EQ(test, io->last_value(reg::RBBM_NC_MODE_CNTL.index), 1u);
}

void cp_starts_last(Test &test)
{
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	start_cp(*io, addresses);

	static constexpr RecordingIo::Write expected[] = {
		{reg::CP_SQE_INSTR_BASE.low().index, 0x10000, false},
		{reg::CP_SQE_INSTR_BASE.high().index, 0x10000, false},
		{reg::CP_RB_BASE.low().index, 0x20000, false},
		{reg::CP_RB_BASE.high().index, 0x10000, false},
		{reg::CP_RB_CNTL.index, 0x0800020c, false},
		{reg::CP_RB_RPTR_ADDR.low().index, 0x30000, false},
		{reg::CP_RB_RPTR_ADDR.high().index, 0x10000, false},
		{reg::CP_SQE_CNTL.index, 1, false},
	};

	EXPECT(test, std::ranges::equal(io->writes(), expected));
}

void idle_looks_at_all(Test &test)
{
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	EXPECT(test, is_idle(*io));
	/* Reading makes this one busy. */
	io->answer(reg::RBBM_STATUS.index, 1);
	EXPECT(test, is_idle(*io));
	io->answer(reg::RBBM_STATUS.index, 1u << 23);
	EXPECT(test, !is_idle(*io));
	io->answer(reg::RBBM_STATUS.index, 0);
	io->answer(reg::RBBM_INT_0_STATUS.index, field::rbbm_int_0::hang_detect);
	EXPECT(test, !is_idle(*io));
}

void bus_drains(Test &test)
{
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	io->answer(reg::RBBM_GBIF_HALT_ACK.index, 1);
	io->answer(reg::GBIF_HALT_ACK.index, 3);
	EXPECT(test, halt_bus(*io));

	static constexpr RecordingIo::Write expected[] = {
		{reg::RBBM_GBIF_HALT.index, 1, false},
		{reg::GBIF_HALT.index, 1, false},
		{reg::GBIF_HALT.index, 2, false},
		{reg::GBIF_HALT.index, 0, false},
	};

	EXPECT(test, std::ranges::equal(io->writes(), expected));
}

void bus_that_does_not_drain(Test &test)
{
	Unique<RecordingIo> io = ASSERT_OK(test, make<RecordingIo>(test.may_alloc()));

	io->answer(reg::RBBM_GBIF_HALT_ACK.index, 1);
	EXPECT(test, !halt_bus(*io));
	/* It was waited for, and the halt does not stay. */
	EXPECT(test, io->now_us() >= 1000000);
	EXPECT(test, io->writes().back() == (RecordingIo::Write{reg::GBIF_HALT.index, 0, false}));
}

} // namespace

KUNIT_SUITE(a6xx_init, KUNIT_CASE(program_order), KUNIT_CASE(program_values),
	    KUNIT_CASE(program_keeps_running_clocks), KUNIT_CASE(ubwc_bank_bits),
	    KUNIT_CASE(cp_starts_last), KUNIT_CASE(idle_looks_at_all), KUNIT_CASE(bus_drains),
	    KUNIT_CASE(bus_that_does_not_drain));

} // namespace msm::adreno
