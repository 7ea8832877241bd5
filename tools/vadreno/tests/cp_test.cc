// SPDX-License-Identifier: GPL-2.0-only
/* The command processor as a machine: rings, indirect buffers, errors, stalls. */
#include "board_fixture.h"

namespace vadreno {
namespace {

using namespace std::chrono_literals;

class CpTest : public BoardFixture {
protected:
	static Words write_data(std::uint64_t offset, std::uint32_t value)
	{
		return pkt7(pm4::CP_MEM_WRITE,
			    {low(data_address(offset)), high(data_address(offset)), value});
	}
	static constexpr std::uint32_t int_cp_hw_error = 1u << 9, int_hang_detect = 1u << 23;
};

TEST_F(CpTest, ExecutesTheRing)
{
	start();
	emit(write_data(0, 0xcafe));
	kick();
	EXPECT_EQ(data(0), 0xcafeu);
	EXPECT_EQ(reg_get(reg::CP_RB_RPTR), wptr_);
	EXPECT_TRUE(idle());
	expect_no_reports();
}

TEST_F(CpTest, DoesNothingBeforeItIsStarted)
{
	reg_set(reg::CP_SQE_CNTL, 3);
	start();
	kick();
	EXPECT_EQ(reg_get(reg::CP_RB_RPTR), 0u);
	reg_set(reg::CP_SQE_CNTL, 1);
	run();
	EXPECT_EQ(reg_get(reg::CP_RB_RPTR), wptr_);
}

TEST_F(CpTest, TheRingWraps)
{
	start();
	for (std::uint32_t i = 0; i < 1000; i++) {
		emit(write_data(4 * (i % 64), i));
		kick();
		ASSERT_EQ(data(4 * (i % 64)), i);
		ASSERT_EQ(reg_get(reg::CP_RB_RPTR), wptr_);
	}
	expect_no_reports();
}

TEST_F(CpTest, WaitsForTheRestOfAPacket)
{
	start();
	kick();
	const Words packet = write_data(0, 7);
	for (std::uint32_t word : packet) {
		EXPECT_EQ(data(0), 0u);
		emit({word});
		kick();
	}
	EXPECT_EQ(data(0), 7u);
	expect_no_reports();
}

TEST_F(CpTest, AWritePointerBeyondTheRingIsReported)
{
	reg_set(reg::CP_RB_WPTR, ring_words);
	EXPECT_TRUE(observer_.reported("cp CP_RB_WPTR"));
}

TEST_F(CpTest, IndirectBuffersNest)
{
	const std::uint32_t inner = place_code(0x1000, {write_data(0, 1), write_data(4, 2)});
	const Words call_inner = pkt7(pm4::CP_INDIRECT_BUFFER,
				      {low(code_iova + 0x1000), high(code_iova + 0x1000), inner});
	start();
	emit_ib(0, place_code(0, {call_inner, write_data(8, 3)}));
	emit(write_data(12, 4));
	kick();
	for (std::uint32_t i = 0; i < 4; i++)
		EXPECT_EQ(data(4 * i), i + 1);
	EXPECT_EQ(observer_.packets,
		  (std::vector<std::string>{"rb CP_ME_INIT", "rb CP_INDIRECT_BUFFER",
					    "ib1 CP_INDIRECT_BUFFER", "ib2 CP_MEM_WRITE",
					    "ib2 CP_MEM_WRITE", "ib1 CP_MEM_WRITE",
					    "rb CP_MEM_WRITE"}));
	expect_no_reports();
}

TEST_F(CpTest, AThirdLevelIsAnError)
{
	place_code(0x2000, {write_data(0, 1)});
	const std::uint32_t inner = place_code(
		0x1000,
		{pkt7(pm4::CP_INDIRECT_BUFFER, {low(code_iova + 0x2000), high(code_iova), 4})});
	run_ib({pkt7(pm4::CP_INDIRECT_BUFFER, {low(code_iova + 0x1000), high(code_iova), inner})});
	EXPECT_TRUE(observer_.reported("cp-error ib2"));
	EXPECT_EQ(data(0), 0u);
}

TEST_F(CpTest, AnEmptyBufferIsNothing)
{
	start();
	emit_ib(0, 0);
	emit(write_data(0, 1));
	kick();
	EXPECT_EQ(data(0), 1u);
	expect_no_reports();
}

TEST_F(CpTest, AChainedBufferDoesNotComeBack)
{
	const std::uint32_t next = place_code(0x1000, {write_data(0, 1)});
	run_ib({pkt7(pm4::CP_INDIRECT_BUFFER_CHAIN,
		     {low(code_iova + 0x1000), high(code_iova), next}),
		write_data(4, 2)});
	EXPECT_EQ(data(0), 1u);
	EXPECT_EQ(data(4), 0u);
	EXPECT_TRUE(idle());
	expect_no_reports();
}

TEST_F(CpTest, ShowsWhereItIsStuck)
{
	/* wait for a word that nobody writes, four words into IB1 */
	run_ib({write_data(0, 1), pkt7(pm4::CP_WAIT_REG_MEM, {0x13, low(data_address(4)),
							      high(data_address(4)), 1, ~0u, 16})});
	EXPECT_FALSE(idle());
	EXPECT_EQ(reg_get(reg::CP_IB1_BASE), low(code_iova));
	EXPECT_EQ(reg_get(reg::CP_IB1_BASE + 1), high(code_iova));
	EXPECT_EQ(reg_get(reg::CP_IB1_REM_SIZE), 7u);
	EXPECT_EQ(reg_get(reg::CP_IB2_REM_SIZE), 0u);
	set_data(4, 1);
	clock_.advance(1ms);
	run();
	EXPECT_TRUE(idle());
	EXPECT_EQ(reg_get(reg::CP_IB1_REM_SIZE), 0u);
}

/* A wait asks to be run again after a while that grows, so that it does not burn a core; and is
 * over when it can be. */
TEST_F(CpTest, WaitsIdly)
{
	run_ib({pkt7(pm4::CP_WAIT_REG_MEM, {0x13, low(data_iova), high(data_iova), 1, ~0u, 16})});
	auto first = board_.run(1);
	ASSERT_TRUE(first && *first > 0ns);
	for (int i = 0; i < 20; i++) {
		clock_.advance(1ms);
		board_.run(1);
	}
	auto later = board_.run(1);
	ASSERT_TRUE(later);
	EXPECT_GT(*later, *first);
	EXPECT_LE(*later, 1ms);

	set_data(0, 1);
	clock_.advance(1ms);
	run();
	EXPECT_TRUE(idle());
	EXPECT_EQ(board_.run(1), std::nullopt);
}

struct BadWords {
	const char *name;
	std::vector<std::uint32_t> words;
};

class CpErrors : public CpTest, public testing::WithParamInterface<BadWords> {};

/* As on hardware: the error interrupt, then, as the CP does not go on, the hang detector's. */
TEST_P(CpErrors, HaltTheCp)
{
	reg_set(reg::RBBM_INTERFACE_HANG_INT_CNTL, 1u << 30 | 320'000); /* cycles: 1 ms */
	start();
	emit_ib(0, place_code(0, {GetParam().words, write_data(0, 1)}));
	kick();
	EXPECT_EQ(data(0), 0u);
	EXPECT_FALSE(idle());
	EXPECT_TRUE(observer_.reported("cp-error ib1"));
	EXPECT_EQ(gpu_irq_.take(), 1u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), int_cp_hw_error);
	EXPECT_EQ(reg_get(reg::CP_INTERRUPT_STATUS), 1u) << "CP_OPCODE_ERROR";
	EXPECT_EQ(reg_get(reg::CP_INTERRUPT_STATUS), 0u) << "cleared by reading";
	reg_set(reg::RBBM_INT_CLEAR_CMD, int_cp_hw_error);

	const auto wait = board_.run(1);
	ASSERT_TRUE(wait);
	EXPECT_EQ(*wait, 1ms);
	clock_.advance(1ms);
	run();
	EXPECT_EQ(gpu_irq_.take(), 1u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), int_hang_detect);

	/* What a recovery does: power off and on, and everything anew. */
	set(control + 0x14, 1);
	set(control + 0x10, 1);
	EXPECT_TRUE(idle());
}

INSTANTIATE_TEST_SUITE_P(
	All, CpErrors,
	testing::Values(BadWords{"Zero", {0}}, BadWords{"Type3", {0xc0001000}},
			BadWords{"Parity", {encode_pkt7(pm4::CP_NOP, 0) ^ 1u << 15}},
			BadWords{"UnknownOpcode", {encode_pkt7(0x01, 0)}},
			BadWords{"TooShort", {encode_pkt7(pm4::CP_MEM_WRITE, 1), 0}},
			BadWords{"TooLong", {encode_pkt7(pm4::CP_NOP, 100)}},
			BadWords{"MeInit", {encode_pkt7(pm4::CP_ME_INIT, 1), 0}},
			BadWords{"ProtectedMode", {encode_pkt7(pm4::CP_SET_PROTECTED_MODE, 1), 0}},
			BadWords{"TableUpdate",
				 {encode_pkt7(pm4::CP_SMMU_TABLE_UPDATE, 4), 0, 0, 0, 0}}),
	[](const auto &test) { return test.param.name; });

TEST_F(CpTest, TheOffendingOpcodeCanBeRead)
{
	run_ib({{encode_pkt7(0x01, 0)}});
	reg_set(reg::CP_SQE_STAT_ADDR, 1);
	EXPECT_EQ(reg_get(reg::CP_SQE_STAT_DATA), 1u);
}

TEST_F(CpTest, APacketThatIsNotModelledIsReportedAndSkipped)
{
	run_ib({pkt7(pm4::CP_DRAW_AUTO, {0, 0, 0}), write_data(0, 1)});
	EXPECT_TRUE(observer_.reported("unsupported CP_DRAW_AUTO"));
	EXPECT_EQ(data(0), 1u);
}

TEST_F(CpTest, PacketsBeforeMeInitAreReported)
{
	emit(write_data(0, 1));
	kick();
	EXPECT_TRUE(observer_.reported("cp CP_MEM_WRITE: before CP_ME_INIT"));
}

TEST_F(CpTest, MissingMicrocodeIsReported)
{
	poke(sqe_at, 0);
	start();
	kick();
	EXPECT_TRUE(observer_.reported("cp CP_SQE_INSTR_BASE"));
}

TEST_F(CpTest, ProtectedRegisters)
{
	reg_set(reg::CP_PROTECT_CNTL, 0xb);
	reg_set(reg::CP_PROTECT + 0, reg::RBBM_PERFCTR_CNTL | 2u << 18); /* three, read-only */
	reg_set(reg::CP_PROTECT + 1, reg::CP_APRIV_CNTL | 1u << 31);     /* not even read */
	const auto read = [](std::uint32_t offset) {
		return pkt7(pm4::CP_REG_TO_MEM, {offset, low(data_iova), high(data_iova)});
	};

	/* The kernel, out of protected mode, may do anything. */
	start();
	emit(pkt7(pm4::CP_SET_PROTECTED_MODE, {0}));
	emit(pkt4(reg::RBBM_PERFCTR_CNTL, {1}));
	emit(read(reg::CP_APRIV_CNTL));
	emit(pkt7(pm4::CP_SET_PROTECTED_MODE, {1}));
	emit(read(reg::RBBM_PERFCTR_CNTL));
	kick();
	EXPECT_TRUE(idle());
	EXPECT_EQ(data(0), 1u);
	expect_no_reports();

	/* In protected mode, and in an indirect buffer in any case, it is an error. */
	emit(pkt4(reg::RBBM_PERFCTR_CNTL + 2, {1}));
	kick();
	EXPECT_TRUE(observer_.reported("cp-error rb: write of protected register"));
	EXPECT_EQ(reg_get(reg::CP_INTERRUPT_STATUS), 1u << 4);
	EXPECT_EQ(reg_get(reg::CP_PROTECT_STATUS), (reg::RBBM_PERFCTR_CNTL + 2) | 1u << 22);
}

TEST_F(CpTest, ProtectedRegistersInABuffer)
{
	reg_set(reg::CP_PROTECT_CNTL, 0xb);
	reg_set(reg::CP_PROTECT + 31, 0xf000 | 1u << 31); /* the last span has no end */
	start();
	emit(pkt7(pm4::CP_SET_PROTECTED_MODE, {0}));
	emit_ib(0, place_code(0, {pkt7(pm4::CP_REG_TO_MEM,
				       {0xf400, low(data_iova), high(data_iova)})}));
	kick();
	EXPECT_EQ(reg_get(reg::CP_PROTECT_STATUS), 0xf400u | 1u << 20 | 1u << 22);
}

TEST_F(CpTest, MemoryFaultsDoNotStopIt)
{
	const std::uint64_t nowhere = 0x7000'0000;
	run_ib({pkt7(pm4::CP_MEM_WRITE, {low(nowhere), high(nowhere), 1}),
		pkt7(pm4::CP_MEM_TO_MEM,
		     {0, low(data_iova), high(data_iova), low(nowhere), high(nowhere)}),
		write_data(4, 2)});
	EXPECT_TRUE(idle());
	EXPECT_EQ(data(0), 0u);
	EXPECT_EQ(data(4), 2u);
	EXPECT_EQ(bank_irq_.take(), 2u);
}

TEST_F(CpTest, AStalledAccessWaitsForTheDriver)
{
	constexpr std::uint32_t status3_stalled = 1u << 24;
	const std::uint64_t later = data_iova + pages * 0x1000;
	set(bank0, sctlr_stall);
	run_ib({pkt7(pm4::CP_MEM_WRITE, {low(later), high(later), 5}), write_data(0, 6)});
	EXPECT_EQ(bank_irq_.take(), 1u);
	EXPECT_EQ(reg_get(reg::RBBM_STATUS3), status3_stalled);
	EXPECT_FALSE(idle());
	EXPECT_EQ(data(0), 0u);

	/* Retried with the page there, the write lands. */
	user_.map(later, data_at + 0x2000);
	set(bank0 + 0x58, get(bank0 + 0x58));
	set(bank0 + 0x8, 0);
	run();
	EXPECT_TRUE(idle());
	EXPECT_EQ(data(0x2000), 5u);
	EXPECT_EQ(data(0), 6u);
	EXPECT_EQ(reg_get(reg::RBBM_STATUS3), 0u);
}

/* The SMMU is asked for the address as it stands in the packet; memory has words. */
TEST_F(CpTest, AFaultIsAtTheByteThatThePacketNames)
{
	run_ib({pkt7(pm4::CP_MEM_WRITE, {0x7000'0003, 0, 5}),
		pkt7(pm4::CP_MEM_WRITE, {low(data_iova) + 0x13, high(data_iova), 7})});
	EXPECT_TRUE(idle());
	EXPECT_EQ(get64(bank0 + 0x60), 0x7000'0003u);
	EXPECT_EQ(data(0x10), 7u);
	EXPECT_EQ(data(0x14), 0u);
	set(bank0 + 0x58, get(bank0 + 0x58));

	run_ib({pkt7(pm4::CP_MEMCPY, {1, 0x7000'0006, 0, low(data_iova), high(data_iova)})});
	EXPECT_EQ(get64(bank0 + 0x60), 0x7000'0006u);
	expect_no_reports();
}

TEST_F(CpTest, AStalledAccessCanBeTerminated)
{
	set(bank0, sctlr_stall);
	run_ib({pkt7(pm4::CP_MEM_WRITE, {0x7000'0000, 0, 5}), write_data(0, 6)});
	set(bank0 + 0x58, get(bank0 + 0x58));
	set(bank0 + 0x8, 1);
	run();
	EXPECT_TRUE(idle());
	EXPECT_EQ(data(0), 6u);
	EXPECT_EQ(bank_irq_.take(), 1u) << "terminated once, not faulted again";
}

/* Each word of a packet can stall by itself, and what was done before it is not done again. */
TEST_F(CpTest, APacketStallsAsOftenAsItFaults)
{
	set(bank0, sctlr_stall);
	set_data(0x10, 100);
	run_ib({/* adds the scratch register to memory; the second word lies on the next page */
		pkt4(reg::CP_SCRATCH, {1, 2}),
		pkt7(pm4::CP_REG_TO_MEM, {reg::CP_SCRATCH | 2u << 18 | 1u << 31,
					  low(data_iova + pages * 0x1000 - 4), high(data_iova)}),
		pkt7(pm4::CP_MEM_WRITE, {0x7000'0000, 0, 5, 6, 7}), write_data(0, 6)});
	const std::uint64_t last = pages * 0x1000 - 4;
	EXPECT_EQ(data(last), 1u);
	unsigned faults = 0;
	for (; !idle() && faults < 10; faults++) {
		EXPECT_EQ(get64(bank0 + 0x60),
			  faults < 2 ? data_iova + last + 4 : 0x7000'0000 + 4 * (faults - 2));
		set(bank0 + 0x58, get(bank0 + 0x58));
		set(bank0 + 0x8, 1);
		run();
	}
	EXPECT_EQ(faults, 5u) << "a read and a write of the second word, then three words";
	EXPECT_EQ(data(last), 1u) << "added once";
	EXPECT_EQ(data(0), 6u);
	EXPECT_EQ(bank_irq_.take(), 5u);
	expect_no_reports();
}

TEST_F(CpTest, AResetTakesTheStalledAccessWithIt)
{
	set(bank0, sctlr_stall);
	run_ib({pkt7(pm4::CP_MEM_WRITE, {0x7000'0000, 0, 5})});
	reg_set(reg::CP_SQE_CNTL, 0);
	reg_set(reg::CP_SQE_CNTL, 1);
	EXPECT_NE(reg_get(reg::RBBM_STATUS3), 0u) << "the SMMU still waits for the driver";
	set(bank0 + 0x58, get(bank0 + 0x58));
	set(bank0 + 0x8, 1);
	EXPECT_EQ(reg_get(reg::RBBM_STATUS3), 0u);
	bank_irq_.take();
	run_ib({pkt7(pm4::CP_MEM_WRITE, {0x7000'0000, 0, 5})});
	EXPECT_EQ(bank_irq_.take(), 1u)
		<< "the same access of another packet is a fault of its own";
}

TEST_F(CpTest, AHaltedBusHoldsItBack)
{
	reg_set(reg::GBIF_HALT, 1);
	EXPECT_EQ(reg_get(reg::GBIF_HALT_ACK), 1u);
	start();
	emit(write_data(0, 1));
	kick();
	EXPECT_EQ(data(0), 0u);
	reg_set(reg::GBIF_HALT, 0);
	run();
	EXPECT_EQ(data(0), 1u);
}

TEST_F(CpTest, UpdatesTheReadPointerInMemoryIfAskedTo)
{
	reg_set(reg::CP_RB_CNTL, 9);
	reg_set64(reg::CP_RB_RPTR_ADDR, shadow_iova);
	start();
	kick();
	EXPECT_EQ(peek(shadow_at), wptr_);
}

TEST_F(CpTest, CountsTheTimeItIsBusy)
{
	run_ib({pkt7(pm4::CP_WAIT_REG_MEM, {0x13, low(data_iova), high(data_iova), 1, ~0u, 16})});
	clock_.advance(1s);
	set_data(0, 1);
	run();
	clock_.advance(1s);
	EXPECT_EQ(reg_get(reg::GMU_CX_GMU_POWER_COUNTER_XOCLK_0_L), Rbbm::always_on_hz);
}

} // namespace
} // namespace vadreno
