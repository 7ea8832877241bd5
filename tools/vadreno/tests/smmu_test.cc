// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <algorithm>

#include "../model/smmu.h"
#include "fakes.h"

namespace vadreno {
namespace {

constexpr std::uint32_t s_cr0 = 0x0, s_acr = 0x10, s_gfsr = 0x48, s_gfsynr1 = 0x54, tlbiall = 0x68,
			smr0 = 0x800, s2cr0 = 0xc00, bank0 = 0x8000, bank1 = 0x9000;
constexpr std::uint32_t cb_sctlr = 0x0, cb_actlr = 0x4, cb_resume = 0x8, cb_ttbr0 = 0x20,
			cb_ttbr1 = 0x28, cb_tcr = 0x30, cb_fsr = 0x58, cb_far = 0x60,
			cb_fsynr0 = 0x68, cb_tlbiva = 0x600, cb_tlbiasid = 0x610,
			cb_tlbival = 0x620, cb_tlbsync = 0x7f0, cb_tlbstatus = 0x7f4;
constexpr std::uint32_t sctlr_plain = 0x1067; /* M, CFRE, CFIE */
constexpr std::uint32_t sctlr_hupcf = 1u << 8, sctlr_cfcfg = 1u << 7;
constexpr std::uint32_t fsr_tf = 1u << 1, fsr_pf = 1u << 3, fsr_ef = 1u << 4, fsr_ss = 1u << 30,
			fsr_multi = 1u << 31;

class SmmuTest : public testing::Test, protected Smmu::Owner {
protected:
	SmmuTest()
	{
		tables_.map(0x1000, page_at);
		tables_.map(0x2000, page_at + 0x1000,
			    PageTables::flags_rw | PageTables::flag_read_only);
		smmu_.write(s_cr0, 4, 0x404);
		smmu_.write(smr0, 4, 0x80000000);
		smmu_.write(s2cr0, 4, 0);
		set_up_bank(bank0, tables_);
	}

	void set_up_bank(std::uint32_t bank, const PageTables &tables)
	{
		smmu_.write(bank + cb_tcr, 4, 0xb5103510);
		smmu_.write(bank + cb_ttbr0, 8, tables.root());
		smmu_.write(bank + cb_ttbr1, 8, 0);
		smmu_.write(bank + cb_sctlr, 4, sctlr_plain | sctlr_hupcf);
	}

	Smmu::Outcome access(std::uint64_t address, bool write = false, std::uint16_t stream = 0)
	{
		last_ = smmu_.translate(stream, address, {.write = write});
		return last_.outcome;
	}
	std::uint32_t get(std::uint32_t offset)
	{
		return static_cast<std::uint32_t>(smmu_.read(offset, 4));
	}
	void clear_fault(std::uint32_t bank = bank0)
	{
		smmu_.write(bank + cb_fsr, 4, get(bank + cb_fsr));
	}

	void smmu_global_fault() override { global_faults_++; }
	void smmu_faulted() override {}
	void smmu_context_fault(unsigned bank) override { bank_faults_.push_back(bank); }
	void smmu_resumed() override { resumes_++; }

	static constexpr std::uint64_t page_at = GuestRam::base + 0x10000;
	using Outcome = Smmu::Outcome;

	GuestRam ram_;
	PageTables tables_{ram_.memory};
	RecordingObserver observer_;
	FakeClock clock_;
	Injector injector_{clock_, observer_};
	Smmu smmu_{*this, ram_.memory, injector_, observer_};
	Smmu::Result last_{};
	int global_faults_ = 0, resumes_ = 0;
	std::vector<unsigned> bank_faults_;
};

TEST_F(SmmuTest, IdentifiesItself)
{
	/* What arm_smmu_device_cfg_probe() and qcom's test of the stream mapping make of these. */
	EXPECT_EQ(get(0x20), 0x4f085e10u);
	EXPECT_EQ(get(0x24) & 0xff, 8u) << "context banks";
	EXPECT_EQ(1u << ((get(0x24) >> 28 & 7) + 1), 8u) << "global pages";
	EXPECT_EQ(get(0x28), 0x5555u);
	smmu_.write(0x20, 4, 0);
	EXPECT_EQ(get(0x20), 0x4f085e10u);
	EXPECT_TRUE(observer_.reported("read-only ID0"));

	smmu_.write(smr0 + 4 * 15, 4, 0xffffffff);
	EXPECT_EQ(get(smr0 + 4 * 15), 0xffffffffu);
	smmu_.write(s_acr, 4, 0x500);
	EXPECT_EQ(get(s_acr), 0x500u);
	smmu_.write(bank0 + cb_actlr, 4, 0x3);
	EXPECT_EQ(get(bank0 + cb_actlr), 0x1u) << "CPRE reads back clear";
	smmu_.write(bank0 + cb_tlbsync, 4, ~0u);
	EXPECT_EQ(get(bank0 + cb_tlbstatus), 0u);
}

TEST_F(SmmuTest, ClientsBypassItAfterReset)
{
	smmu_.reset();
	EXPECT_EQ(access(0x1234'5678), Outcome::ok);
	EXPECT_EQ(last_.address, 0x1234'5678u);
}

TEST_F(SmmuTest, Translates)
{
	EXPECT_EQ(access(0x1abc), Outcome::ok);
	EXPECT_EQ(last_.address, page_at + 0xabc);
	EXPECT_EQ(access(0x2000, false), Outcome::ok);
	EXPECT_TRUE(bank_faults_.empty());
}

TEST_F(SmmuTest, StreamsFindTheirBanks)
{
	PageTables other(ram_.memory, 1);
	other.map(0x1000, page_at + 0x5000);
	set_up_bank(bank1, other);
	smmu_.write(smr0 + 4, 4, 0x80000000 | 0x3 << 16 | 4); /* streams 4…7 */
	smmu_.write(s2cr0 + 4, 4, 1);

	EXPECT_EQ(access(0x1000, false, 6), Outcome::ok);
	EXPECT_EQ(last_.address, page_at + 0x5000);
	EXPECT_EQ(access(0x1000, false, 0), Outcome::ok);
	EXPECT_EQ(last_.address, page_at);
}

TEST_F(SmmuTest, UnmatchedStreams)
{
	EXPECT_EQ(access(0x1000, true, 9), Outcome::aborted);
	EXPECT_EQ(global_faults_, 1);
	EXPECT_EQ(get(s_gfsr), 1u << 1);
	EXPECT_EQ(get(s_gfsynr1), 9u);
	EXPECT_EQ(access(0x1000, true, 10), Outcome::aborted);
	EXPECT_EQ(get(s_gfsr), 1u << 1 | 1u << 31) << "the first one stays on record";
	EXPECT_EQ(get(s_gfsynr1), 9u);

	smmu_.write(s_cr0, 4, 0); /* without USFCFG they pass */
	EXPECT_EQ(access(0x1000, true, 9), Outcome::ok);
}

TEST_F(SmmuTest, RoutesThatDoNotTranslate)
{
	smmu_.write(s2cr0, 4, 1u << 16);
	EXPECT_EQ(access(0x5000'0000), Outcome::ok) << "bypass";
	smmu_.write(s2cr0, 4, 2u << 16);
	EXPECT_EQ(access(0x1000), Outcome::aborted) << "fault";
	smmu_.write(s2cr0, 4, 200);
	EXPECT_EQ(access(0x1000), Outcome::aborted) << "a bank that does not exist";
}

TEST_F(SmmuTest, ABankThatIsOffPassesEverything)
{
	smmu_.write(bank0 + cb_sctlr, 4, 0);
	EXPECT_EQ(access(0x7777'0000), Outcome::ok);
	EXPECT_EQ(last_.address, 0x7777'0000u);
}

TEST_F(SmmuTest, TranslationFault)
{
	EXPECT_EQ(access(0xdead'b000, true), Outcome::aborted);
	EXPECT_EQ(bank_faults_, std::vector<unsigned>{0});
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_tf);
	EXPECT_EQ(smmu_.read(bank0 + cb_far, 8), 0xdead'b000u);
	EXPECT_EQ(get(bank0 + cb_fsynr0), 1u << 4 | 1) << "a write; level 1 has no table for it";
	EXPECT_EQ(get(0x1400), 0u) << "CBFRSYNRA: stream 0";
	clear_fault();
	EXPECT_EQ(get(bank0 + cb_fsr), 0u);
}

TEST_F(SmmuTest, PermissionFaultAlsoFromTheTlb)
{
	EXPECT_EQ(access(0x2000, false), Outcome::ok);
	EXPECT_EQ(access(0x2000, true), Outcome::aborted);
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_pf);
}

TEST_F(SmmuTest, ExternalFault)
{
	smmu_.write(bank0 + cb_ttbr0, 8, 0x9000'0000);
	EXPECT_EQ(access(0x1000), Outcome::aborted);
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_ef);
}

TEST_F(SmmuTest, AFaultThatIsAlreadyOnRecordIsKept)
{
	access(0xa000);
	access(0xb000, true);
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_tf | fsr_multi);
	EXPECT_EQ(smmu_.read(bank0 + cb_far, 8), 0xa000u);
	/* Clearing what it had seen, a handler must be called again for what it had not. */
	bank_faults_.clear();
	smmu_.write(bank0 + cb_fsr, 4, fsr_tf);
	EXPECT_EQ(bank_faults_.size(), 1u);
}

TEST_F(SmmuTest, HitUnderFault)
{
	access(0xa000);
	EXPECT_EQ(access(0x1000), Outcome::ok) << "HUPCF";
	smmu_.write(bank0 + cb_sctlr, 4, sctlr_plain);
	EXPECT_EQ(access(0x1000), Outcome::aborted) << "without it everything waits for the driver";
	clear_fault();
	EXPECT_EQ(access(0x1000), Outcome::ok);
}

TEST_F(SmmuTest, NoInterruptUnlessEnabled)
{
	smmu_.write(bank0 + cb_sctlr, 4, 0x1);
	access(0xa000);
	EXPECT_TRUE(bank_faults_.empty());
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_tf);
}

TEST_F(SmmuTest, StallAndRetry)
{
	smmu_.write(bank0 + cb_sctlr, 4, sctlr_plain | sctlr_hupcf | sctlr_cfcfg);
	EXPECT_EQ(access(0x3000), Outcome::stalled);
	EXPECT_TRUE(smmu_.stalled());
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_tf | fsr_ss);
	EXPECT_EQ(access(0x3000), Outcome::stalled);
	EXPECT_EQ(bank_faults_.size(), 1u);

	tables_.map(0x3000, page_at + 0x3000);
	clear_fault();
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_ss) << "only RESUME ends the stall";
	smmu_.write(bank0 + cb_resume, 4, 0);
	EXPECT_EQ(resumes_, 1);
	EXPECT_EQ(access(0x3000), Outcome::ok);
	EXPECT_EQ(get(bank0 + cb_fsr), 0u);
}

TEST_F(SmmuTest, StallAndTerminate)
{
	smmu_.write(bank0 + cb_sctlr, 4, sctlr_plain | sctlr_hupcf | sctlr_cfcfg);
	access(0x3000);
	clear_fault();
	smmu_.write(bank0 + cb_resume, 4, 1);
	EXPECT_FALSE(smmu_.stalled());
	EXPECT_EQ(access(0x3000), Outcome::aborted);
	EXPECT_EQ(access(0x1000), Outcome::ok);
	smmu_.write(bank0 + cb_resume, 4, 1);
	EXPECT_TRUE(observer_.reported("smmu CB0_RESUME"));
}

/* RESUME is about one transaction: what another master does meanwhile neither ends nor takes it. */
TEST_F(SmmuTest, OnlyTheStalledTransactionIsTerminated)
{
	smmu_.write(bank0 + cb_sctlr, 4, sctlr_plain | sctlr_hupcf | sctlr_cfcfg);
	access(0x3000, true);
	clear_fault();
	smmu_.write(bank0 + cb_resume, 4, 1);
	EXPECT_EQ(access(0x1000), Outcome::ok);
	EXPECT_EQ(access(0x3000, true), Outcome::aborted);
	EXPECT_EQ(access(0x3000, true), Outcome::stalled) << "the next one is a new fault";
	EXPECT_EQ(get(bank0 + cb_fsr), fsr_tf | fsr_ss);
}

TEST_F(SmmuTest, AStallThatNobodyComesBackFor)
{
	smmu_.write(bank0 + cb_sctlr, 4, sctlr_plain | sctlr_hupcf | sctlr_cfcfg);
	access(0x3000);
	smmu_.abandon();
	EXPECT_TRUE(smmu_.stalled());
	clear_fault();
	smmu_.write(bank0 + cb_resume, 4, 1);
	EXPECT_EQ(access(0x3000), Outcome::stalled) << "terminates nothing any more";
}

TEST_F(SmmuTest, TheSyndromeTellsWhatFaulted)
{
	const auto fault = [&](std::uint64_t address, const Access &access) {
		smmu_.translate(0, address, access);
		const std::uint32_t syndrome = get(bank0 + cb_fsynr0);
		clear_fault();
		return syndrome;
	};
	constexpr std::uint32_t wnr = 1u << 4, pnu = 1u << 5, ind = 1u << 6, ptwf = 1u << 10;
	EXPECT_EQ(fault(0xa123, {}), 3u) << "the last level has no page";
	EXPECT_EQ(smmu_.read(bank0 + cb_far, 8), 0xa123u);
	EXPECT_EQ(fault(0x4000'0000, {}), 1u) << "nor has level 1 a table";
	EXPECT_EQ(fault(0x2001, {.write = true, .source = 4}), wnr | 3);
	EXPECT_EQ(smmu_.read(bank0 + cb_far, 8), 0x2001u);
	EXPECT_EQ(get(bank0 + 0x6c), 4u) << "FSYNR1: the CCU";
	EXPECT_EQ(fault(0xa000, {.privileged = true, .execute = true}), pnu | ind | 3);
	EXPECT_EQ(get(bank0 + 0x6c), 0u);
	smmu_.write(bank0 + cb_ttbr0, 8, 0x9000'0000);
	smmu_.write(tlbiall, 4, 0);
	EXPECT_EQ(fault(0xa000, {}) & ptwf, ptwf);
}

TEST_F(SmmuTest, AFaultIsAnnouncedWhenItIsUnmasked)
{
	smmu_.write(bank0 + cb_sctlr, 4, 0x1);
	access(0xa000);
	EXPECT_TRUE(bank_faults_.empty());
	smmu_.write(bank0 + cb_sctlr, 4, sctlr_plain);
	EXPECT_EQ(bank_faults_.size(), 1u);
}

TEST(TlbTest, HasAnEnd)
{
	Tlb tlb;
	const auto page = [](std::uint64_t n) {
		return Page{n << 12, n << 12, 0x1000, true, true, true, false};
	};
	for (std::uint64_t n = 0; n < Tlb::capacity + 3; n++)
		tlb.insert(0, 0, page(n));
	EXPECT_EQ(tlb.size(), Tlb::capacity);
	EXPECT_TRUE(tlb.find(0, 0, (Tlb::capacity + 2) << 12));
	EXPECT_FALSE(tlb.find(0, 0, 1 << 12)) << "the oldest had to go";
	EXPECT_TRUE(tlb.find(0, 0, 10 << 12));
}

/* The heart of the judge: an unmapped page stays reachable until a TLBI names it, and its use is
 * reported. */
TEST_F(SmmuTest, OnlyInvalidationsEmptyTheTlb)
{
	ASSERT_EQ(access(0x1000), Outcome::ok);
	tables_.unmap(0x1000);
	EXPECT_EQ(access(0x1000), Outcome::ok);
	EXPECT_EQ(last_.address, page_at);
	EXPECT_TRUE(observer_.reported("stale-tlb CB0"));

	smmu_.write(bank0 + cb_tlbival, 8, 0x2000 >> 12);              /* another page */
	smmu_.write(bank1 + cb_tlbival, 8, 0x1000 >> 12);              /* another bank */
	smmu_.write(bank0 + cb_tlbival, 8, 0x1000 >> 12 | 5ull << 48); /* another ASID */
	smmu_.write(bank0 + cb_tlbiasid, 4, 5);
	EXPECT_EQ(access(0x1000), Outcome::ok);
	smmu_.write(bank0 + cb_tlbival, 8, 0x1000 >> 12);
	EXPECT_EQ(access(0x1000), Outcome::aborted);
}

TEST_F(SmmuTest, EveryWayToInvalidate)
{
	const std::vector<std::pair<std::uint32_t, std::uint64_t>> ways = {
		{bank0 + cb_tlbiva, 1},
		{bank0 + cb_tlbival, 1},
		{bank0 + 0x608, 1},
		{bank0 + 0x628, 1},
		{bank0 + cb_tlbiasid, 0},
		{bank0 + 0x618, 0},
		{tlbiall, 0},
		{0x6c, 0},
	};
	for (const auto &[offset, value] : ways) {
		access(0x1000);
		ASSERT_EQ(smmu_.tlb().size(), 1u);
		smmu_.write(offset, offset % 8 || offset < bank0 ? 4 : 8, value);
		EXPECT_EQ(smmu_.tlb().size(), 0u) << Smmu::register_name(offset);
	}
}

/* Tables are remembered as pages are: one that is freed must be forgotten, also for pages that were
 * never accessed. */
TEST_F(SmmuTest, UnhookedTablesAreWalkedUntilTheyAreInvalidated)
{
	const auto unhook = [&] {
		tables_.set_entry(0x1000, 2, 0);
	};
	const std::vector<std::pair<std::uint32_t, std::uint64_t>> ways = {
		{bank0 + cb_tlbiva, 0x1000 >> 12},
		{bank0 + 0x608, 0x1000 >> 12},
		{bank0 + cb_tlbiasid, 0},
		{bank0 + 0x618, 0},
		{tlbiall, 0},
	};
	for (const auto &[offset, value] : ways) {
		tables_.clear();
		tables_.map(0x1000, page_at);
		tables_.map(0x2000, page_at + 0x1000);
		smmu_.write(tlbiall, 4, 0);
		observer_.reports.clear();
		ASSERT_EQ(access(0x1000), Outcome::ok);
		unhook();
		smmu_.write(bank0 + cb_tlbival, 8, 0x1000 >> 12); /* the last level only */
		EXPECT_EQ(access(0x2000), Outcome::ok);
		EXPECT_EQ(last_.address, page_at + 0x1000);
		EXPECT_TRUE(observer_.reported("stale-tlb CB0 walk: 0x2000"));

		observer_.reports.clear();
		smmu_.write(bank0 + cb_tlbival, 8, 0x2000 >> 12);
		smmu_.write(offset, offset % 8 || offset < bank0 ? 4 : 8, value);
		EXPECT_EQ(access(0x2000), Outcome::aborted) << Smmu::register_name(offset);
		clear_fault();
		EXPECT_TRUE(observer_.reports.empty());
	}
}

TEST_F(SmmuTest, NewPagesOfAKnownTableNeedNoInvalidation)
{
	access(0x1000);
	EXPECT_EQ(access(0x5000), Outcome::aborted);
	clear_fault();
	tables_.map(0x5000, page_at + 0x5000);
	EXPECT_EQ(access(0x5000), Outcome::ok);
	EXPECT_TRUE(observer_.reports.empty());
}

/* Addresses of the kernel's half come in sign-extended, and TLBIVA has bits 55:12 of them. */
TEST_F(SmmuTest, InvalidatesInTheUpperHalf)
{
	PageTables kernel(ram_.memory, 1);
	kernel.map(0x1000, page_at);
	smmu_.write(bank0 + cb_ttbr1, 8, kernel.root());
	const std::uint64_t address = 0xffff'0000'0000'1000;
	ASSERT_EQ(access(address), Outcome::ok);
	kernel.unmap(0x1000);
	smmu_.write(bank0 + cb_tlbival, 8, address >> 12 & 0xfff'ffff'ffff);
	EXPECT_EQ(access(address), Outcome::aborted);
}

TEST_F(SmmuTest, ChangingTheTablesDoesNotInvalidate)
{
	PageTables other(ram_.memory, 1);
	other.map(0x1000, page_at + 0x5000);
	access(0x1000);
	smmu_.write(bank0 + cb_ttbr0, 8, other.root());
	access(0x1000);
	EXPECT_EQ(last_.address, page_at);
	smmu_.set_table(0, other.root()); /* as the command processor does it */
	access(0x1000);
	EXPECT_EQ(last_.address, page_at + 0x5000);
}

TEST_F(SmmuTest, AsidsKeepApart)
{
	PageTables other(ram_.memory, 1);
	other.map(0x1000, page_at + 0x5000);
	access(0x1000);
	smmu_.set_table(0, other.root() | 7ull << 48);
	access(0x1000);
	EXPECT_EQ(last_.address, page_at + 0x5000);
	EXPECT_EQ(smmu_.tlb().size(), 2u);
}

TEST_F(SmmuTest, PartiallyResidentPage)
{
	tables_.map(0x4000, page_at + 0x8000);
	smmu_.write(0x6008, 4, page_at + 0x8000);
	smmu_.write(0x600c, 4, 0);
	access(0x4000);
	EXPECT_FALSE(last_.null);
	smmu_.write(bank0 + cb_actlr, 4, 1u << 5);
	access(0x4000);
	EXPECT_TRUE(last_.null);
	access(0x1000);
	EXPECT_FALSE(last_.null);
}

TEST_F(SmmuTest, UnknownRegistersAreReported)
{
	get(0x7777 & ~3);
	smmu_.write(bank0 + 0x900, 4, 1);
	EXPECT_TRUE(observer_.reported("unknown-register smmu 0x7774"));
	EXPECT_TRUE(observer_.reported("unknown-register smmu 0x8900"));
}

} // namespace
} // namespace vadreno
