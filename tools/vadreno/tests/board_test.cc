// SPDX-License-Identifier: GPL-2.0-only
/* The board as the CPU sees it: power, clocks, interrupts, counters, the crash dumper. */
#include "board_fixture.h"

namespace vadreno {
namespace {

using namespace std::chrono_literals;

class BoardTest : public BoardFixture {
protected:
	static constexpr std::uint32_t power_on = control + 0x10, power_off = control + 0x14,
				       power_mask = control + 0x18, clocks = control + 0x20,
				       rates = control + 0x80;
	static constexpr std::uint32_t cx = 0, gx = 1;

	void event_interrupt()
	{
		emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::CACHE_FLUSH_TS | 1u << 31}));
	}
};

TEST_F(BoardTest, Control)
{
	EXPECT_EQ(get(control), 0x52444156u);
	EXPECT_EQ(get(control + 4), 2u);
	EXPECT_EQ(get(control + 8), 0x06010000u);
	EXPECT_EQ(get(power_mask), 3u);
	EXPECT_EQ(get(clocks), ~0u);
	expect_no_reports();
	set(power_on, 2);
	EXPECT_TRUE(observer_.reported("power domain 2"));
	set(control + 0x100, 0);
	EXPECT_TRUE(observer_.reported("unknown-register board 0x100"));
}

TEST_F(BoardTest, ChipsByName)
{
	EXPECT_EQ(find_chip("a6100"), nullptr);
	ASSERT_NE(find_chip("a610"), nullptr);
	EXPECT_NE(chip_names().find("a610"), std::string::npos);
}

TEST_F(BoardTest, AccessesWithoutPowerAreReported)
{
	reg_set(reg::CP_SCRATCH, 7);
	set(power_off, gx);
	EXPECT_EQ(reg_get(reg::CP_SCRATCH), 0u);
	EXPECT_TRUE(observer_.reported("power-off CP_SCRATCH[0]: read while gx is off"));
	reg_set(reg::CP_SCRATCH, 1);
	EXPECT_TRUE(observer_.reported("power-off CP_SCRATCH[0]: write while gx is off"));

	observer_.reports.clear();
	EXPECT_EQ(reg_get(reg::GBIF_HALT_ACK), 0u) << "the bus interface is in cx";
	reg_get(reg::GMU_ALWAYS_ON_COUNTER_L);
	get(smmu);
	expect_no_reports();

	set(power_off, cx);
	reg_get(reg::GBIF_HALT_ACK);
	reg_get(reg::GMU_ALWAYS_ON_COUNTER_L);
	get(smmu);
	set(smmu, 0);
	EXPECT_EQ(observer_.reports.size(), 4u);
}

TEST_F(BoardTest, ADomainForgetsWhatItHeld)
{
	reg_set(reg::CP_SCRATCH, 7);
	reg_set(reg::GMU_CM3_DTCM_START, 8);
	set(power_off, gx);
	set(power_on, gx);
	EXPECT_EQ(reg_get(reg::CP_SCRATCH), 0u);
	EXPECT_EQ(reg_get(reg::GMU_CM3_DTCM_START), 8u) << "kept by cx";
	EXPECT_NE(get(bank0 + 0x30), 0u);

	set(power_off, gx);
	set(power_off, cx);
	set(power_on, cx);
	set(power_on, gx);
	EXPECT_EQ(reg_get(reg::GMU_CM3_DTCM_START), 0u);
	EXPECT_EQ(get(bank0 + 0x30), 0u);
	expect_no_reports();
}

TEST_F(BoardTest, AccessesWithoutAClockAreReported)
{
	set(clocks, ~1u);
	reg_get(reg::RBBM_STATUS);
	EXPECT_TRUE(observer_.reported("clock-off RBBM_STATUS"));
}

TEST_F(BoardTest, GraphicsDomainStatus)
{
	EXPECT_EQ(reg_get(reg::GMU_SPTPRAC_PWR_CLK_STATUS), 0x28u);
	set(power_off, gx);
	EXPECT_NE(reg_get(reg::GMU_SPTPRAC_PWR_CLK_STATUS) & 1u << 6, 0u);
}

TEST_F(BoardTest, UnknownRegistersAreReported)
{
	reg_set(0x3fff, 1);
	EXPECT_TRUE(observer_.reported("unknown-register gpu 0x3fff"));
	EXPECT_EQ(reg_get(0x3fff), 1u) << "kept nevertheless";
	get(0x50000);
	EXPECT_TRUE(observer_.reported("unknown-register 0x14000"));
	observer_.reports.clear();
	reg_get(0x3c00);
	expect_no_reports(); /* has no name but exists */
}

/* A message is an edge. Whatever a handler does, there must be one for everything that it has not
 * seen. */
TEST_F(BoardTest, InterruptsAreNotLost)
{
	start();
	event_interrupt();
	kick();
	EXPECT_EQ(gpu_irq_.take(), 1u);
	event_interrupt();
	kick();
	EXPECT_EQ(gpu_irq_.take(), 1u) << "again, though the first was not cleared";

	emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::RB_DONE_TS | 1u << 31}));
	kick();
	gpu_irq_.take();
	reg_set(reg::RBBM_INT_CLEAR_CMD, 1u << 20);
	EXPECT_EQ(gpu_irq_.take(), 1u) << "another bit is still set";
	reg_set(reg::RBBM_INT_CLEAR_CMD, 1u << 17);
	EXPECT_EQ(gpu_irq_.take(), 0u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 0u);
}

TEST_F(BoardTest, MaskedInterruptsWait)
{
	reg_set(reg::RBBM_INT_0_MASK, 0);
	start();
	event_interrupt();
	kick();
	EXPECT_EQ(gpu_irq_.take(), 0u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 1u << 20);
	reg_set(reg::RBBM_INT_0_MASK, 1u << 20);
	EXPECT_EQ(gpu_irq_.take(), 1u);
}

TEST_F(BoardTest, Counters)
{
	const std::uint32_t before = reg_get(reg::CP_ALWAYS_ON_COUNTER);
	clock_.advance(1s);
	EXPECT_EQ(reg_get(reg::CP_ALWAYS_ON_COUNTER) - before, 19'200'000u);
	set(power_off, gx);
	clock_.advance(1s);
	set(power_on, gx);
	EXPECT_EQ(reg_get(reg::CP_ALWAYS_ON_COUNTER) - before, 2 * 19'200'000u) << "goes on";

	reg_set(reg::RBBM_PERFCTR_SRAM_INIT_CMD, 1);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_SRAM_INIT_STATUS), 1u);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_CP), 0u);
	clock_.advance(1ms);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_CP), Rbbm::core_hz / 1000);
}

TEST_F(BoardTest, CyclesGoByTheCoresRate)
{
	set(rates, 600'000'000);
	set(rates + 4, 19'200'000);
	EXPECT_EQ(get(rates), 600'000'000u);
	EXPECT_EQ(get(rates + 4), 19'200'000u);
	EXPECT_EQ(std::vector(observer_.events.end() - 2, observer_.events.end()),
		  (std::vector<std::string>{"clock core 600000000 Hz", "clock mem 19200000 Hz"}));

	reg_set(reg::RBBM_PERFCTR_SRAM_INIT_CMD, 1);
	clock_.advance(1ms);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_CP), 600'000u);
	set(rates, 900'000'000);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_CP), 600'000u) << "what was counted stays";
	clock_.advance(1ms);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_CP), 1'500'000u);
	set(power_off, gx);
	set(power_on, gx);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_CP), 0u);
	clock_.advance(1ms);
	EXPECT_EQ(reg_get(reg::RBBM_PERFCTR_CP), 900'000u) << "a clock is none of the domain's";
	expect_no_reports();

	board_.reset();
	EXPECT_EQ(get(rates), 0u);
	set(control + 0x80 + 7 * 4, 1);
	EXPECT_TRUE(observer_.reported("unknown-register board 0x9c")) << "there are seven";
}

TEST_F(BoardTest, SixtyFourBitAccesses)
{
	set64(4 * reg::CP_SCRATCH, 0x1122334455667788);
	EXPECT_EQ(reg_get(reg::CP_SCRATCH), 0x55667788u);
	EXPECT_EQ(reg_get(reg::CP_SCRATCH + 1), 0x11223344u);
	EXPECT_EQ(get64(4 * reg::CP_SCRATCH), 0x1122334455667788u);
}

TEST_F(BoardTest, ResetIsPowerOn)
{
	reg_set(reg::CP_SCRATCH, 7);
	board_.reset();
	EXPECT_EQ(get(power_mask), 0u);
	set(power_on, cx);
	set(power_on, gx);
	EXPECT_EQ(reg_get(reg::CP_SCRATCH), 0u);
}

TEST_F(BoardTest, AnInterruptThatIsNeverCleared)
{
	const auto interrupt = [&] {
		emit(pkt7(pm4::CP_EVENT_WRITE,
			  {pm4::CACHE_FLUSH_TS | 1u << 31, low(data_iova), high(data_iova), 1}));
		kick();
	};

	start();
	for (int i = 0; i < 40; i++) { /* unseen, and then cleared after each */
		interrupt();
		if (i >= 20) {
			reg_get(reg::RBBM_INT_0_STATUS);
			reg_set(reg::RBBM_INT_CLEAR_CMD, 1u << 20);
		}
	}
	expect_no_reports();
	for (int i = 0; i < 20; i++) {
		interrupt();
		reg_get(reg::RBBM_INT_0_STATUS);
	}
	EXPECT_EQ(observer_.reports.size(), 1u);
	EXPECT_TRUE(observer_.reported("irq RBBM_INT_0_STATUS"));
}

class CrashDumperTest : public BoardTest {
protected:
	/* Pairs of a script, in the code pages. */
	void put(std::uint64_t first, std::uint64_t second)
	{
		ram_.memory.write64(code_at + 16 * pairs_, first);
		ram_.memory.write64(code_at + 16 * pairs_ + 8, second);
		pairs_++;
	}
	void dump(std::uint64_t script = code_iova)
	{
		reg_set64(reg::CP_CRASH_DUMP_SCRIPT_BASE, script);
		reg_set(reg::CP_CRASH_DUMP_CNTL, 1);
	}
	bool done() { return reg_get(reg::CP_CRASH_DUMP_STATUS) & 2; }

	std::uint64_t pairs_ = 0;
};

TEST_F(CrashDumperTest, WritesAndReadsRegisters)
{
	const std::uint64_t at = reg::CP_SCRATCH;
	put(0x1234, at << 44 | 1u << 21 | 1);
	put(data_iova, at << 44 | 2);
	put(0, 0);
	reg_set(reg::CP_SCRATCH + 1, 0x5678);
	dump();
	EXPECT_TRUE(done());
	EXPECT_EQ(data(0), 0x1234u);
	EXPECT_EQ(data(4), 0x5678u);
	reg_set(reg::CP_CRASH_DUMP_CNTL, 0);
	EXPECT_FALSE(done());
	expect_no_reports();
}

TEST_F(CrashDumperTest, AScriptWithoutEndIsGivenUp)
{
	observer_.trace = false;
	for (std::uint64_t i = 0; i < pages * 0x1000 / 16; i++)
		put(data_iova, std::uint64_t{reg::CP_SCRATCH} << 44 | 64);
	/* beyond the mapped pages everything reads as zero, and that would be an end */
	for (std::uint64_t i = pages; i < 128; i++)
		user_.map(code_iova + i * 0x1000, code_at);
	dump();
	EXPECT_FALSE(done());
	EXPECT_TRUE(observer_.reported("crash-dumper script: has no end"));
}

TEST_F(CrashDumperTest, WritesWithoutEndAreGivenUp)
{
	constexpr std::uint64_t block = 0x200000, script = 0x2'0000'0000,
				memory = GuestRam::base + 0x400000;

	observer_.trace = false;
	for (std::uint64_t offset = 0; offset < block; offset += 16)
		ram_.memory.write64(memory + offset + 8,
				    std::uint64_t{reg::CP_SCRATCH} << 44 | 1u << 21 | 1);
	for (std::uint64_t i = 0; i <= CrashDumper::max_steps / (block / 16); i++)
		user_.map_block(script + i * block, memory, 2);
	dump(script);
	EXPECT_FALSE(done());
	EXPECT_TRUE(observer_.reported("crash-dumper script: has no end"));
}

TEST_F(CrashDumperTest, AScriptDoesNotStartAnother)
{
	put(1, std::uint64_t{reg::CP_CRASH_DUMP_CNTL} << 44 | 1u << 21 | 1);
	put(0, 0);
	dump();
	EXPECT_TRUE(done());
}

TEST_F(CrashDumperTest, NeedsMemory)
{
	set(bank0, sctlr_stall);
	put(0x7000'0000, std::uint64_t{reg::CP_SCRATCH} << 44 | 1);
	put(0, 0);
	dump();
	EXPECT_FALSE(done());
	EXPECT_TRUE(observer_.reported("crash-dumper script: needs memory"));
}

} // namespace
} // namespace vadreno
