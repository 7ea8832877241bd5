// SPDX-License-Identifier: GPL-2.0-only
/* What each packet does. */
#include "board_fixture.h"

namespace vadreno {
namespace {

using namespace std::chrono_literals;

class CpPackets : public BoardFixture {
protected:
	/* Two payload words for an address in the data pages. */
#define DATA(offset) low(data_address(offset)), high(data_address(offset))

	static constexpr std::uint32_t scratch = reg::CP_SCRATCH;

	void TearDown() override
	{
		EXPECT_TRUE(idle());
		expect_no_reports();
	}
	static Words set_scratch(std::uint32_t index, std::uint32_t value)
	{
		return pkt4(scratch + index, {value});
	}
	/* Skips the next packet, write_marker(), if the condition does not hold. */
	static Words write_marker() { return pkt7(pm4::CP_MEM_WRITE, {DATA(0xf00), 1}); }
	static constexpr std::uint32_t marker_words = 4;
	bool marker_written() { return data(0xf00) == 1; }
};

TEST_F(CpPackets, Pkt4WritesConsecutiveRegisters)
{
	run_ib({pkt4(scratch + 2, {1, 2, 3})});
	EXPECT_EQ(reg_get(scratch + 2), 1u);
	EXPECT_EQ(reg_get(scratch + 4), 3u);
}

TEST_F(CpPackets, MemWrite)
{
	run_ib({pkt7(pm4::CP_MEM_WRITE, {DATA(0xffc), 1, 2, 3})});
	EXPECT_EQ(data(0xffc), 1u);
	EXPECT_EQ(data(0x1000), 2u) << "across a page";
	EXPECT_EQ(data(0x1004), 3u);
}

TEST_F(CpPackets, RegToMem)
{
	run_ib({pkt4(scratch, {1, 2, 3, 4}), pkt7(pm4::CP_REG_TO_MEM, {scratch, DATA(0)}),
		pkt7(pm4::CP_REG_TO_MEM, {scratch | 4u << 18, DATA(0x10)}),
		pkt7(pm4::CP_REG_TO_MEM, {scratch | 2u << 18 | 1u << 30, DATA(0x40)}),
		pkt7(pm4::CP_REG_TO_MEM, {(scratch + 1) | 1u << 31, DATA(0x40)})});
	EXPECT_EQ(data(0), 1u);
	EXPECT_EQ(data(4), 0u) << "a count of 0 means 1";
	EXPECT_EQ(data(0x1c), 4u);
	EXPECT_EQ(data(0x40), 1u + 2u) << "accumulated";
	EXPECT_EQ(data(0x44), 2u);

	set_data(0x48, ~0u);
	run_ib({pkt7(pm4::CP_REG_TO_MEM, {scratch | 2u << 18 | 3u << 30, DATA(0x48)})});
	EXPECT_EQ(data(0x48), 0u);
	EXPECT_EQ(data(0x4c), 3u) << "the carry goes into the high half";
}

TEST_F(CpPackets, RegToMemReadsACounterInOnePiece)
{
	clock_.advance(std::chrono::seconds(1000)); /* more ticks than fit in 32 bits */
	run_ib({pkt7(pm4::CP_REG_TO_MEM,
		     {reg::CP_ALWAYS_ON_COUNTER | 2u << 18 | 1u << 30, DATA(0)})});
	const std::uint64_t ticks = data(0) | std::uint64_t{data(4)} << 32;
	EXPECT_EQ(ticks, 1000 * Rbbm::always_on_hz);
}

TEST_F(CpPackets, MemToReg)
{
	set_data(0, 5);
	set_data(4, 6);
	run_ib({pkt7(pm4::CP_MEM_TO_REG, {scratch | 2u << 19, DATA(0)}),
		pkt7(pm4::CP_MEM_TO_REG, {(scratch + 2) | 1u << 30, DATA(0)})});
	EXPECT_EQ(reg_get(scratch), 5u);
	EXPECT_EQ(reg_get(scratch + 1), 6u);
	EXPECT_EQ(reg_get(scratch + 2), 20u) << "shifted by two";
}

TEST_F(CpPackets, MemToMem)
{
	set_data(0, 100);
	set_data(8, 30);
	set_data(16, 7);
	run_ib({pkt7(pm4::CP_MEM_TO_MEM, {0, DATA(0x100), DATA(0)}),
		pkt7(pm4::CP_MEM_TO_MEM, {1u << 1, DATA(0x110), DATA(0), DATA(8), DATA(16)}),
		pkt7(pm4::CP_MEM_TO_MEM, {1u << 29 | 1, DATA(0x120), DATA(8)})});
	EXPECT_EQ(data(0x100), 100u);
	EXPECT_EQ(data(0x110), 77u);
	EXPECT_EQ(data(0x120), -30u);
	EXPECT_EQ(data(0x124), ~0u) << "64 bits wide";
}

TEST_F(CpPackets, Memcpy)
{
	for (std::uint32_t i = 0; i < 2048; i++)
		set_data(4 * i, i);
	run_ib({pkt7(pm4::CP_MEMCPY, {2048, DATA(0), DATA(0x4000)})});
	for (std::uint32_t i = 0; i < 2048; i++)
		ASSERT_EQ(data(0x4000 + 4 * i), i);
}

/* A copy that would take minutes leaves the board responsive, and can be stopped. */
TEST_F(CpPackets, AnEndlessCopyTakesTurns)
{
	start();
	emit(pkt7(pm4::CP_MEMCPY, {0xffffffff, DATA(0), DATA(0x8000)}));
	reg_set(reg::CP_RB_WPTR, wptr_);
	for (int i = 0; i < 10; i++)
		EXPECT_EQ(board_.run(64), 0ns);
	EXPECT_FALSE(idle());
	reg_set(reg::CP_SQE_CNTL, 3);
	EXPECT_EQ(board_.run(64), std::nullopt);
}

TEST_F(CpPackets, RegRmw)
{
	const auto rmw = [](std::uint32_t flags, std::uint32_t source0, std::uint32_t source1) {
		return pkt7(pm4::CP_REG_RMW, {scratch | flags, source0, source1});
	};
	run_ib({set_scratch(0, 0xff00ff00), rmw(0, 0xffff0000, 0x1234)});
	EXPECT_EQ(reg_get(scratch), 0xff001234u);
	run_ib({set_scratch(0, 0x80000001), rmw(1u << 24, ~0u, 0)});
	EXPECT_EQ(reg_get(scratch), 3u) << "rotated left";
	run_ib({set_scratch(0, 39), rmw(1u << 29, ~0u, 3)});
	EXPECT_EQ(reg_get(scratch), 42u) << "added";
	run_ib({set_scratch(0, 0xf), set_scratch(1, 0x6), set_scratch(2, 0x10),
		rmw(3u << 30, scratch + 1, scratch + 2)});
	EXPECT_EQ(reg_get(scratch), 0x16u) << "sources from registers";
}

TEST_F(CpPackets, RegisterShortcuts)
{
	run_ib({pkt7(pm4::CP_REG_WRITE, {2, scratch, 7}),
		pkt7(pm4::CP_CONTEXT_REG_BUNCH, {scratch + 1, 8, scratch + 2, 9}),
		pkt7(pm4::CP_SCRATCH_WRITE, {3u << 20, 10, 11}),
		pkt7(pm4::CP_REG_TO_SCRATCH, {scratch | 5u << 20 | 1u << 24}),
		pkt7(pm4::CP_SCRATCH_TO_REG, {(scratch + 7) | 3u << 20})});
	const std::vector<std::uint32_t> expected = {7, 8, 9, 10, 11, 7, 8, 10};
	for (std::uint32_t i = 0; i < 8; i++)
		EXPECT_EQ(reg_get(scratch + i), expected[i]) << i;
}

struct Comparison {
	std::uint32_t control;
	std::uint32_t value;
	bool holds;
};

class CpCompare : public CpPackets, public testing::WithParamInterface<Comparison> {};

TEST_P(CpCompare, CondWrite)
{
	set_data(0, GetParam().value);
	run_ib({pkt7(pm4::CP_COND_WRITE5,
		     {GetParam().control | 1u << 4 | 1u << 8, DATA(0), 5, ~0u, DATA(0x10), 1})});
	EXPECT_EQ(data(0x10), GetParam().holds);
}

INSTANTIATE_TEST_SUITE_P(All, CpCompare,
			 testing::Values(Comparison{0, 9, true}, Comparison{1, 4, true},
					 Comparison{1, 5, false}, Comparison{2, 5, true},
					 Comparison{2, 6, false}, Comparison{3, 5, true},
					 Comparison{3, 4, false}, Comparison{4, 4, true},
					 Comparison{4, 5, false}, Comparison{5, 5, true},
					 Comparison{5, 4, false}, Comparison{6, 6, true},
					 Comparison{6, 5, false}, Comparison{1, ~0u, false},
					 Comparison{1 | 8, ~0u, true}));

TEST_F(CpPackets, CondWriteOnARegisterToARegister)
{
	run_ib({set_scratch(0, 0xab), set_scratch(1, 0),
		pkt7(pm4::CP_COND_WRITE5, {3, scratch, 0, 0xb, 0xf, scratch + 1, 0, 42})});
	EXPECT_EQ(reg_get(scratch + 1), 42u);
}

TEST_F(CpPackets, WaitRegMem)
{
	start();
	emit(pkt7(pm4::CP_WAIT_REG_MEM, {3 | 1u << 4, DATA(0), 0x20, 0xf0, 16}));
	emit(write_marker());
	kick();
	EXPECT_FALSE(marker_written());
	set_data(0, 0xf2f);
	clock_.advance(10ms);
	run();
	EXPECT_TRUE(marker_written());
}

TEST_F(CpPackets, WaitOnARegister)
{
	start();
	emit(pkt7(pm4::CP_WAIT_REG_MEM, {5, scratch, 0, 1, ~0u, 16}));
	emit(write_marker());
	kick();
	EXPECT_FALSE(marker_written());
	reg_set(scratch, 7);
	clock_.advance(10ms);
	run();
	EXPECT_TRUE(marker_written());
}

TEST_F(CpPackets, WaitMemGteIsSigned)
{
	set_data(0, ~0u);
	start();
	emit(pkt7(pm4::CP_WAIT_MEM_GTE, {0, DATA(0), 0}));
	emit(write_marker());
	kick();
	EXPECT_FALSE(marker_written()) << "-1 is less than 0";
	set_data(0, 0);
	clock_.advance(10ms);
	run();
	EXPECT_TRUE(marker_written());
}

TEST_F(CpPackets, WaitTwoRegs)
{
	reg_set(scratch + 1, 3);
	start();
	emit(pkt7(pm4::CP_WAIT_TWO_REGS, {scratch, scratch + 1, 3}));
	emit(write_marker());
	kick();
	EXPECT_FALSE(marker_written());
	reg_set(scratch, 1);
	clock_.advance(10ms);
	run();
	EXPECT_TRUE(marker_written());
}

TEST_F(CpPackets, CondExec)
{
	const auto cond = [](std::uint32_t reference) {
		return pkt7(pm4::CP_COND_EXEC, {DATA(0), DATA(4), reference, marker_words});
	};
	set_data(4, 10);
	run_ib({cond(10), write_marker()});
	EXPECT_FALSE(marker_written()) << "the flag is zero";
	set_data(0, 1);
	run_ib({cond(9), write_marker()});
	EXPECT_FALSE(marker_written()) << "the timestamp is past the reference";
	run_ib({cond(10), write_marker()});
	EXPECT_TRUE(marker_written());
}

TEST_F(CpPackets, CondExecInTheRing)
{
	start();
	emit(pkt7(pm4::CP_COND_EXEC, {DATA(0), DATA(4), 0, marker_words}));
	kick();
	emit(write_marker()); /* arrives after the decision to skip it */
	emit(pkt7(pm4::CP_MEM_WRITE, {DATA(0x20), 1}));
	kick();
	EXPECT_FALSE(marker_written());
	EXPECT_EQ(data(0x20), 1u);
}

TEST_F(CpPackets, Predicates)
{
	const auto test = [](std::uint32_t bit) {
		return pkt7(pm4::CP_REG_TEST, {scratch | bit << 20});
	};
	const Words exec = pkt7(pm4::CP_COND_REG_EXEC, {1u << 28, marker_words});
	run_ib({set_scratch(0, 0x4), test(1), exec, write_marker()});
	EXPECT_FALSE(marker_written());
	run_ib({test(2), exec, write_marker()});
	EXPECT_TRUE(marker_written());
}

TEST_F(CpPackets, RegisterCompareAndRenderMode)
{
	run_ib({set_scratch(0, 1), set_scratch(1, 2),
		pkt7(pm4::CP_COND_REG_EXEC, {2u << 28 | scratch, scratch + 1, marker_words}),
		write_marker()});
	EXPECT_FALSE(marker_written());
	const Words only_binning = pkt7(pm4::CP_COND_REG_EXEC, {3u << 28 | 1u << 25, marker_words});
	run_ib({pkt7(pm4::CP_SET_MARKER, {1}), only_binning, write_marker()});
	EXPECT_FALSE(marker_written());
	run_ib({pkt7(pm4::CP_SET_MARKER, {2}), only_binning, write_marker()});
	EXPECT_TRUE(marker_written());
}

TEST_F(CpPackets, EventsWriteAndInterrupt)
{
	const std::uint32_t irq = 1u << 31;
	start();
	emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::CACHE_INVALIDATE}));
	emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::PC_CCU_FLUSH_COLOR_TS, DATA(0), 1}));
	kick();
	EXPECT_EQ(data(0), 1u);
	EXPECT_EQ(gpu_irq_.take(), 0u);
	emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::CACHE_FLUSH_TS | irq, DATA(4), 2}));
	kick();
	EXPECT_EQ(data(4), 2u);
	EXPECT_EQ(gpu_irq_.take(), 1u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 1u << 20);
}

TEST_F(CpPackets, EventsWriteTheTime)
{
	clock_.advance(1s);
	run_ib({pkt7(pm4::CP_EVENT_WRITE, {pm4::RB_DONE_TS | 1u << 30, DATA(8), 0})});
	EXPECT_EQ(data(8), Rbbm::always_on_hz);
}

TEST_F(CpPackets, WhereAmIMayWriteToPrivilegedMemory)
{
	start();
	emit(pkt7(pm4::CP_WHERE_AM_I, {low(shadow_iova), high(shadow_iova)}));
	kick();
	EXPECT_EQ(peek(shadow_at), wptr_);
	EXPECT_EQ(bank_irq_.take(), 0u);
}

TEST_F(CpPackets, SmmuTableUpdate)
{
	PageTables other(ram_.memory, 2);
	other.map(data_iova, data_at + 0x4000);
	start();
	emit(pkt7(pm4::CP_MEM_WRITE, {DATA(0), 1}));
	emit(pkt7(pm4::CP_SMMU_TABLE_UPDATE, {low(other.root()), high(other.root()), 0, 0}));
	emit(pkt7(pm4::CP_MEM_WRITE, {DATA(0), 2}));
	kick();
	EXPECT_EQ(data(0), 1u);
	EXPECT_EQ(data(0x4000), 2u) << "nothing of the old table is left in the TLB";
}

/* What a driver owes to the clients whose commands it calls */
TEST_F(CpPackets, ClientsNeedProtection)
{
	const std::uint32_t size = place_code(0, {pkt7(pm4::CP_NOP, {})});

	start();
	emit(pkt7(pm4::CP_SET_PROTECTED_MODE, {0}));
	emit_ib(0, size);
	emit(pkt7(pm4::CP_SET_PROTECTED_MODE, {1}));
	kick();
	ASSERT_EQ(observer_.reports.size(), 1u);
	EXPECT_TRUE(observer_.reported("protection CP_SET_PROTECTED_MODE"));

	reg_set(reg::CP_PROTECT_CNTL, 0);
	emit_ib(0, size);
	kick();
	EXPECT_EQ(observer_.reports.size(), 2u);
	EXPECT_TRUE(observer_.reported("protection CP_PROTECT_CNTL"));
	observer_.reports.clear();
}

TEST_F(CpPackets, ClientsNeedCachesOfTheirOwnTable)
{
	const Words update =
		pkt7(pm4::CP_SMMU_TABLE_UPDATE, {low(user_.root()), high(user_.root()), 0, 0});
	const std::uint32_t size = place_code(0, {pkt7(pm4::CP_NOP, {})});

	start();
	emit(update);
	emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::CACHE_INVALIDATE}));
	emit_ib(0, size);
	kick();
	expect_no_reports();
	emit(update);
	emit_ib(0, size);
	kick();
	EXPECT_TRUE(observer_.reported("cache CP_SMMU_TABLE_UPDATE"));
	observer_.reports.clear();
}

TEST_F(CpPackets, AFenceComesWithAFlush)
{
	start();
	emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::CACHE_FLUSH_TS | 1u << 31, DATA(8), 1}));
	emit(pkt7(pm4::CP_MEM_WRITE, {DATA(0), 1, 2}));
	emit(pkt7(pm4::CP_MEM_WRITE, {DATA(12), 1}));
	kick();
	expect_no_reports();
	emit(pkt7(pm4::CP_MEM_WRITE, {DATA(4), 1, 2}));
	kick();
	EXPECT_TRUE(observer_.reported("cache CP_MEM_WRITE"));
	observer_.reports.clear();
}

TEST_F(CpPackets, PrivilegedMemoryIsNotForEverybody)
{
	start();
	emit(pkt7(pm4::CP_WHERE_AM_I, {DATA(0)}));
	kick();
	EXPECT_TRUE(observer_.reported("protection CB0"));
	observer_.reports.clear();
}

/* What turnip sends around everything, without an effect here, must at least not disturb. */
TEST_F(CpPackets, StateWithoutEffect)
{
	run_ib({pkt7(pm4::CP_NOP, {0xdead, 0xbeef}), pkt7(pm4::CP_WAIT_FOR_IDLE, {}),
		pkt7(pm4::CP_WAIT_FOR_ME, {}), pkt7(pm4::CP_WAIT_MEM_WRITES, {}),
		pkt7(pm4::CP_SET_DRAW_STATE, {1u << 18, 0, 0}),
		pkt7(pm4::CP_SET_AMBLE, {DATA(0), 0}), pkt7(pm4::CP_SET_MODE, {1}),
		pkt7(pm4::CP_SET_PSEUDO_REG, {0, 0, 0}), pkt7(pm4::CP_PREEMPT_DISABLE, {1}),
		write_marker()});
	EXPECT_TRUE(marker_written());
}

} // namespace
} // namespace vadreno
