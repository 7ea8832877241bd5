// SPDX-License-Identifier: GPL-2.0-only
/* Hostile mode: the decisions, and what each injection does to the board. */
#include "board_fixture.h"

namespace vadreno {
namespace {

using namespace std::chrono_literals;

class InjectorTest : public testing::Test {
protected:
	/* At which of the first @count opportunities it happens. */
	std::vector<unsigned> happens(Injection injection, unsigned count)
	{
		std::vector<unsigned> at;
		for (unsigned i = 1; i <= count; i++)
			if (injector_.now(injection))
				at.push_back(i);
		return at;
	}
	void load(std::string_view plan) { ASSERT_FALSE(injector_.load(plan)); }

	using Numbers = std::vector<unsigned>;

	FakeClock clock_;
	RecordingObserver observer_;
	Injector injector_{clock_, observer_};
};

TEST_F(InjectorTest, Conditions)
{
	EXPECT_EQ(happens(Injection::hang, 3), Numbers{});
	load("hang");
	EXPECT_EQ(happens(Injection::hang, 3), (Numbers{1, 2, 3}));
	EXPECT_EQ(happens(Injection::fault, 3), Numbers{});
	load("hang at 2");
	EXPECT_EQ(happens(Injection::hang, 9), Numbers{2});
	load("hang every 3 times 2");
	EXPECT_EQ(happens(Injection::hang, 20), (Numbers{3, 6}));
	load("hang at 2; hang at 5; fault at 1");
	EXPECT_EQ(happens(Injection::hang, 9), (Numbers{2, 5}));
	load("hang after 2ms");
	EXPECT_EQ(happens(Injection::hang, 1), Numbers{});
	clock_.advance(2ms);
	EXPECT_EQ(happens(Injection::hang, 1), Numbers{1});
	load("none");
	EXPECT_EQ(happens(Injection::hang, 1), Numbers{});
}

TEST_F(InjectorTest, ProbabilitiesFollowFromTheSeed)
{
	load("seed 1; hang probability 0.1; fault probability 0.1");
	const Numbers first = happens(Injection::hang, 10'000);
	EXPECT_NEAR(static_cast<double>(first.size()), 1000, 100);
	EXPECT_NE(happens(Injection::fault, 10'000), first) << "statements do not go together";

	load("seed 1; hang probability 0.1; fault probability 0.1");
	happens(Injection::fault, 77); /* what one counts is nothing to the other */
	EXPECT_EQ(happens(Injection::hang, 10'000), first);
	load("seed 2; hang probability 0.1");
	EXPECT_NE(happens(Injection::hang, 10'000), first);

	load("hang probability 0; fault probability 1");
	EXPECT_EQ(happens(Injection::hang, 1000).size(), 0u);
	EXPECT_EQ(happens(Injection::fault, 1000).size(), 1000u);
}

TEST_F(InjectorTest, ABadPlanChangesNothing)
{
	load("hang");
	const auto error = injector_.load("fault\nhang twice");
	ASSERT_TRUE(error);
	EXPECT_EQ(error->line, 2u);
	EXPECT_EQ(happens(Injection::hang, 1), Numbers{1});
	EXPECT_EQ(happens(Injection::fault, 1), Numbers{});
}

TEST_F(InjectorTest, Status)
{
	load("hang every 2; fault");
	happens(Injection::hang, 5);
	EXPECT_EQ(injector_.status(), "seed 0\nhang every 2 # 2 times in 5 opportunities\n"
				      "fault # 0 times in 0 opportunities\n");
	EXPECT_FALSE(injector_.load(injector_.status())) << "it is a plan itself";
}

TEST_F(InjectorTest, TheObserverIsTold)
{
	using Names = std::vector<std::string>;

	load("hang at 2; fault at 1");
	happens(Injection::hang, 1);
	EXPECT_EQ(observer_.injections, Names{});
	happens(Injection::hang, 1);
	EXPECT_EQ(observer_.injections, Names{"hang"});
	load("none");
	EXPECT_EQ(observer_.injections, Names{"hang"}) << "a good board, but no good driver yet";
	load("fault");
	EXPECT_EQ(observer_.injections, Names{});
}

TEST_F(InjectorTest, Milliseconds)
{
	const auto passed = [&] {
		unsigned count = 0;
		while (injector_.next_millisecond())
			count++;
		return count;
	};
	load("hang");
	EXPECT_FALSE(injector_.wake_after());
	load("drop-gx at 3");
	EXPECT_EQ(injector_.wake_after(), 1ms);
	clock_.advance(1500us);
	EXPECT_EQ(passed(), 1u);
	EXPECT_EQ(injector_.wake_after(), 500us);
	clock_.advance(1h);
	EXPECT_EQ(passed(), 1000u) << "no more than a second's worth at once";
	happens(Injection::drop_gx, 3);
	EXPECT_FALSE(injector_.wake_after()) << "it is over";
}

class HostileTest : public BoardFixture {
protected:
	void inject(std::string_view plan) { ASSERT_FALSE(board_.inject(plan)); }
	void event_interrupt()
	{
		emit(pkt7(pm4::CP_EVENT_WRITE, {pm4::CACHE_FLUSH_TS | 1u << 31}));
		kick();
	}
	void write_and_run(std::uint32_t value)
	{
		emit(pkt7(pm4::CP_NOP, {0}));
		emit_ib(0, place_code(0, {pkt7(pm4::CP_MEM_WRITE,
					       {low(data_iova), high(data_iova), value})}));
		kick();
	}
	void advance(std::chrono::nanoseconds time)
	{
		clock_.advance(time);
		run();
	}
	void expect_lost()
	{
		EXPECT_EQ(reg_get(reg::RBBM_STATUS), ~0u);
		EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), ~0u);
		EXPECT_EQ(get64(4 * reg::CP_ALWAYS_ON_COUNTER), ~0ull);
	}
	/* The driver's way out. */
	void power_cycle()
	{
		set(control + 0x14, 1);
		set(control + 0x14, 0);
		set(control + 0x10, 0);
		set(control + 0x10, 1);
	}
	static constexpr std::uint32_t detector = 1u << 30 | 320'000; /* 1 ms */
};

TEST_F(HostileTest, LostInterrupts)
{
	start();
	inject("lose-irq at 1");
	event_interrupt();
	EXPECT_EQ(gpu_irq_.take(), 0u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 1u << 20) << "the cause is there";
	event_interrupt();
	EXPECT_EQ(gpu_irq_.take(), 1u);
}

TEST_F(HostileTest, LateInterrupts)
{
	start();
	inject("delay-irq 2ms at 1");
	event_interrupt();
	EXPECT_EQ(gpu_irq_.take(), 0u);
	EXPECT_EQ(board_.run(64), 2ms);
	advance(2ms);
	EXPECT_EQ(gpu_irq_.take(), 1u);

	inject("delay-irq 2ms");
	event_interrupt();
	inject("none");
	EXPECT_EQ(gpu_irq_.take(), 1u) << "the end of the plan lets them go";

	inject("delay-irq 2ms");
	event_interrupt();
	power_cycle();
	advance(2ms);
	EXPECT_EQ(gpu_irq_.take(), 0u) << "no power, no line";
}

TEST_F(HostileTest, CoalescedInterrupts)
{
	start();
	inject("coalesce-irq 1ms at 1");
	event_interrupt();
	event_interrupt();
	event_interrupt();
	EXPECT_EQ(gpu_irq_.take(), 0u);
	advance(1ms);
	EXPECT_EQ(gpu_irq_.take(), 1u);
	event_interrupt();
	EXPECT_EQ(gpu_irq_.take(), 1u);
}

TEST_F(HostileTest, SpuriousInterrupts)
{
	inject("spurious-irq every 2 times 2");
	advance(1ms);
	EXPECT_EQ(gpu_irq_.take(), 0u);
	advance(1ms);
	EXPECT_EQ(gpu_irq_.take(), 1u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 0u);
	set(control + 0x14, 1);
	advance(2ms);
	EXPECT_EQ(gpu_irq_.take(), 0u) << "no power, no line";
}

TEST_F(HostileTest, SlowRegisters)
{
	inject("delay-mmio 300us at 2");
	const auto before = clock_.now();
	get(control);
	reg_get(reg::RBBM_STATUS);
	EXPECT_EQ(clock_.now(), before);
	reg_set(reg::CP_SCRATCH, 1);
	EXPECT_EQ(clock_.now(), before + 300us);
}

TEST_F(HostileTest, ASlowCommandProcessor)
{
	start();
	kick();
	inject("delay-cp 5ms at 2");
	write_and_run(7);
	EXPECT_EQ(data(0), 0u);
	advance(4ms);
	EXPECT_EQ(data(0), 0u);
	advance(1ms);
	EXPECT_EQ(data(0), 7u);
}

TEST_F(HostileTest, AHangAtAPacket)
{
	reg_set(reg::RBBM_INTERFACE_HANG_INT_CNTL, detector);
	start();
	kick();
	inject("hang at 3"); /* no-op, indirect buffer, write */
	write_and_run(7);
	EXPECT_FALSE(idle());
	EXPECT_EQ(data(0), 0u);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 0u);
	EXPECT_EQ(reg_get(reg::CP_IB1_REM_SIZE), 4u) << "the place can be seen";
	advance(1ms);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 1u << 23);
	expect_no_reports();
}

/* By the time that it tells, the SMMU stalls: drivers can see that it is no hang. */
TEST_F(HostileTest, TheHangDetectorTellsOfAStall)
{
	constexpr std::uint32_t status3_stalled = 1u << 24;
	set(bank0, sctlr_stall);
	start();
	kick();
	inject("hang-irq at 2");
	for (unsigned fault = 1; fault <= 2; fault++) {
		run_ib({pkt7(pm4::CP_MEM_WRITE, {0x7000'0000, 0, 5})});
		EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), fault == 2 ? 1u << 23 : 0u);
		EXPECT_EQ(reg_get(reg::RBBM_STATUS3), status3_stalled);
		EXPECT_EQ(bank_irq_.take(), 1u);
		set(bank0 + 0x58, get(bank0 + 0x58));
		set(bank0 + 0x8, 1);
		run();
		EXPECT_TRUE(idle()) << "it was none";
	}
	expect_no_reports();
}

TEST_F(HostileTest, AFaultAtAnAccess)
{
	start();
	kick();
	inject("fault at 10"); /* 2 words of no-op, 4 of the buffer's packet, 4 … */
	write_and_run(7);
	EXPECT_EQ(bank_irq_.take(), 1u);
	EXPECT_EQ(get64(bank0 + 0x60), code_iova + 12);
	EXPECT_EQ(get(bank0 + 0x58), 2u);
	EXPECT_EQ(data(0), 0u) << "the word that faulted was the value";
	EXPECT_TRUE(idle());
}

TEST_F(HostileTest, FirmwareThatDoesNotComeUp)
{
	reg_set(reg::RBBM_INTERFACE_HANG_INT_CNTL, detector);
	inject("mute-init at 1");
	start();
	kick();
	EXPECT_FALSE(idle());
	advance(1s);
	EXPECT_EQ(reg_get(reg::RBBM_INT_0_STATUS), 0u) << "nobody tells";

	reg_set(reg::CP_SQE_CNTL, 0);
	reg_set(reg::CP_RB_WPTR, 0);
	reg_set(reg::CP_RB_RPTR, 0);
	wptr_ = 0;
	reg_set(reg::CP_SQE_CNTL, 1);
	start();
	write_and_run(7);
	EXPECT_EQ(data(0), 7u) << "the second time";
}

TEST_F(HostileTest, HaltsThatAreNotAcknowledged)
{
	inject("mute-halt times 2");
	EXPECT_EQ(reg_get(reg::GBIF_HALT_ACK), 0u);
	reg_set(reg::GBIF_HALT, 1);
	EXPECT_EQ(reg_get(reg::GBIF_HALT_ACK), 0u);
	EXPECT_EQ(reg_get(reg::GBIF_HALT_ACK), 0u);
	EXPECT_EQ(reg_get(reg::GBIF_HALT_ACK), 1u);
	reg_set(reg::RBBM_GBIF_HALT, 1);
	EXPECT_EQ(reg_get(reg::RBBM_GBIF_HALT_ACK), 1u);
}

TEST_F(HostileTest, AGmuThatDoesNotAnswer)
{
	inject("mute-gmu");
	EXPECT_EQ(reg_get(reg::GMU_SPTPRAC_PWR_CLK_STATUS), ~0u);
	reg_set(reg::GMU_CM3_DTCM_START, 5);
	EXPECT_EQ(reg_get(reg::RBBM_STATUS), 0u);
	inject("none");
	EXPECT_EQ(reg_get(reg::GMU_SPTPRAC_PWR_CLK_STATUS), 0x28u);
	EXPECT_EQ(reg_get(reg::GMU_CM3_DTCM_START), 0u) << "lost";
	expect_no_reports();
}

TEST_F(HostileTest, APowerDomainDrops)
{
	reg_set(reg::CP_SCRATCH, 5);
	inject("drop-gx at 2");
	advance(1ms);
	EXPECT_EQ(reg_get(reg::CP_SCRATCH), 5u);
	advance(1ms);
	expect_lost();
	EXPECT_NE(get(bank0 + 0x30), ~0u) << "cx stays";
	EXPECT_EQ(get(control + 0x18), 3u) << "as far as the power controller knows they are on";
	reg_set(reg::CP_SCRATCH, 6);
	advance(1h);
	expect_lost();

	power_cycle();
	EXPECT_EQ(reg_get(reg::CP_SCRATCH), 0u);
	expect_no_reports();
}

TEST_F(HostileTest, APowerDomainDropsForAWhile)
{
	inject("drop-cx 5ms at 1");
	advance(1ms);
	expect_lost();
	EXPECT_EQ(get(bank0 + 0x30), ~0u);
	EXPECT_EQ(reg_get(reg::GMU_ALWAYS_ON_COUNTER_L), ~0u);
	advance(5ms);
	EXPECT_EQ(reg_get(reg::RBBM_STATUS), 0u);
	EXPECT_EQ(get(bank0 + 0x30), 0u) << "back, but empty";
	expect_no_reports();
}

TEST_F(HostileTest, ADeviceIsLost)
{
	start();
	kick();
	inject("lose-device at 1");
	advance(1ms);
	expect_lost();
	power_cycle();
	expect_lost();
	EXPECT_EQ(get(smmu), ~0u);
	EXPECT_EQ(get(control), 0x52444156u) << "the board itself is there";
	inject("none");
	EXPECT_EQ(reg_get(reg::RBBM_STATUS), 0u);
	EXPECT_EQ(reg_get(reg::CP_RB_CNTL), 0u) << "back, but empty";
	expect_no_reports();
}

TEST_F(HostileTest, ABoardThatDies)
{
	inject("die at 3");
	clock_.advance(2ms);
	board_.run(1);
	clock_.advance(1ms);
	EXPECT_THROW(board_.run(1), BoardDied);
}

TEST_F(HostileTest, APlanFromTheGuest)
{
	constexpr std::uint32_t text = control + 0x40, load = control + 0x44,
				status = control + 0x48;
	const auto send = [&](std::string plan) {
		plan.resize((plan.size() + 3) / 4 * 4);
		for (std::size_t i = 0; i < plan.size(); i += 4)
			set(text, low(static_cast<std::uint64_t>(
					  static_cast<unsigned char>(plan[i]) |
					  static_cast<unsigned char>(plan[i + 1]) << 8 |
					  static_cast<unsigned char>(plan[i + 2]) << 16 |
					  static_cast<unsigned char>(plan[i + 3]) << 24)));
		set(load, 0);
		return get(load);
	};
	const auto receive = [&] {
		std::string plan;
		set(status, 0);
		while (std::uint32_t word = get(status))
			for (; word; word >>= 8)
				plan += static_cast<char>(word & 0xff);
		return plan;
	};
	EXPECT_EQ(send("seed 9\nmute-gmu"), 0u);
	reg_get(reg::GMU_SPTPRAC_PWR_CLK_STATUS);
	EXPECT_EQ(receive(), "seed 9\nmute-gmu # 1 times in 1 opportunities\n");
	EXPECT_EQ(send("mute-gmu\nmute"), 2u);
	EXPECT_EQ(receive(), "seed 9\nmute-gmu # 1 times in 1 opportunities\n");
	EXPECT_EQ(send(std::string(10'000, ' ') + "x"), 0u) << "cut off";
	EXPECT_EQ(send("none"), 0u);
	EXPECT_EQ(receive(), "seed 0\n");
	EXPECT_EQ(get(status), 0u);

	ASSERT_EQ(send("mute-gmu"), 0u);
	board_.reset();
	set(control + 0x10, 0);
	EXPECT_EQ(reg_get(reg::GMU_SPTPRAC_PWR_CLK_STATUS), ~0u) << "survives a reset";
	expect_no_reports();
}

} // namespace
} // namespace vadreno
