// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <bit>
#include <random>

#include "../model/page_walker.h"
#include "../model/tlb.h"
#include "fakes.h"

namespace vadreno {
namespace {

/* TCR as Linux writes it for split tables of 48 bits: TG1 = 4K, T1SZ = T0SZ = 16. */
constexpr std::uint32_t tcr_split = 0xb5103510;
constexpr std::uint32_t tcr_epd0 = 1u << 7;
constexpr std::uint64_t kernel_half = 0xffff'0000'0000'0000;

class Walk : public testing::Test {
protected:
	WalkResult walk_at(std::uint64_t address) const
	{
		return walk(registers_, address, ram_.memory);
	}

	GuestRam ram_;
	PageTables user_{ram_.memory, 0};
	PageTables kernel_{ram_.memory, 1};
	WalkRegisters registers_{tcr_split, user_.root(), kernel_.root()};
};

TEST_F(Walk, BothHalves)
{
	user_.map(0x1'0000'0000, 0x40100000);
	kernel_.map(0x1000, 0x40200000);

	WalkResult result = walk_at(0x1'0000'0abc);
	EXPECT_EQ(result.fault, WalkFault::none);
	EXPECT_EQ(result.page.virtual_address, 0x1'0000'0000u);
	EXPECT_EQ(result.page.physical_address, 0x40100000u);
	EXPECT_EQ(result.page.size, 0x1000u);
	EXPECT_FALSE(result.page.global);

	result = walk_at(kernel_half | 0x1000);
	EXPECT_EQ(result.fault, WalkFault::none);
	EXPECT_EQ(result.page.physical_address, 0x40200000u);
	EXPECT_EQ(walk_at(0x1000).fault, WalkFault::translation) << "only in the other half";
}

TEST_F(Walk, AddressesBeyondTheTables)
{
	user_.map(0x1000, 0x40100000);
	EXPECT_EQ(walk_at(0x1'0000'0000'1000).fault, WalkFault::translation)
		<< "bit 48 does not wrap around to the bottom";
	EXPECT_EQ(walk_at(0xfffe'0000'0000'1000).fault, WalkFault::translation);
}

TEST_F(Walk, DisabledHalf)
{
	user_.map(0x1000, 0x40100000);
	registers_.tcr |= tcr_epd0;
	EXPECT_EQ(walk_at(0x1000).fault, WalkFault::translation);
}

TEST_F(Walk, Blocks)
{
	user_.map_block(0x1'0020'0000, 0x40400000, 2);
	user_.map_block(0x2'4000'0000, 0x40000000, 1);

	WalkResult result = walk_at(0x1'0021'2344);
	EXPECT_EQ(result.level, 2u);
	EXPECT_EQ(result.page.size, 0x200000u);
	EXPECT_EQ(result.page.physical_address, 0x40400000u);
	result = walk_at(0x2'4765'4320);
	EXPECT_EQ(result.level, 1u);
	EXPECT_EQ(result.page.size, 0x40000000u);
	EXPECT_EQ(result.page.virtual_address, 0x2'4000'0000u);
}

TEST_F(Walk, NoBlocksAtTheTop)
{
	user_.map_block(0x0, 0x40000000, 0);
	EXPECT_EQ(walk_at(0x0).fault, WalkFault::translation);
}

TEST_F(Walk, LevelThreeNeedsThePageBit)
{
	user_.map(0x1000, 0x40100000, PageTables::flags_rw & ~PageTables::flag_page);
	EXPECT_EQ(walk_at(0x1000).fault, WalkFault::translation);
}

TEST_F(Walk, AccessFlag)
{
	user_.map(0x1000, 0x40100000, PageTables::flags_rw & ~PageTables::flag_accessed);
	EXPECT_EQ(walk_at(0x1000).fault, WalkFault::access_flag);
}

TEST_F(Walk, TablesOutsideMemory)
{
	registers_.ttbr0 = 0x9000'0000;
	EXPECT_EQ(walk_at(0x1000).fault, WalkFault::external);
	EXPECT_EQ(walk_at(0x1000).level, 0u);
}

TEST_F(Walk, Permissions)
{
	user_.map(0x1000, 0x40100000);
	user_.map(0x2000, 0x40100000, PageTables::flags_rw | PageTables::flag_read_only);
	user_.map(0x3000, 0x40100000, PageTables::flags_rw & ~PageTables::flag_user);
	user_.map(0x4000, 0x40100000, PageTables::flags_rw | PageTables::flag_execute_never);

	const Access read, write{.write = true}, privileged_write{true, true, false},
		execute{.execute = true};
	const Page plain = walk_at(0x1000).page, read_only = walk_at(0x2000).page,
		   privileged = walk_at(0x3000).page, data = walk_at(0x4000).page;
	EXPECT_TRUE(plain.allows(read) && plain.allows(write) && plain.allows(execute));
	EXPECT_TRUE(read_only.allows(read));
	EXPECT_FALSE(read_only.allows(write) || read_only.allows(privileged_write));
	EXPECT_FALSE(privileged.allows(read) || privileged.allows(write));
	EXPECT_TRUE(privileged.allows(privileged_write));
	EXPECT_TRUE(data.allows(write));
	EXPECT_FALSE(data.allows(execute));
}

TEST_F(Walk, TableDescriptorsRestrict)
{
	constexpr std::uint64_t table_read_only = 1ull << 62;
	user_.map(0x1000, 0x40100000);
	const std::uint64_t root_entry = ram_.memory.read64(user_.root()).value();
	user_.set_entry(0x1000, 0, root_entry | table_read_only);
	EXPECT_FALSE(walk_at(0x1000).page.allows({.write = true}));
	EXPECT_TRUE(walk_at(0x1000).page.allows({}));
}

TEST_F(Walk, SixtyFourKilobyteGranule)
{
	/* 42 bits: two levels of 13 bits, 512 MiB blocks. One table is 64 KiB. */
	const std::uint64_t root = GuestRam::base + 0x100000, leaf = GuestRam::base + 0x110000;
	registers_ = {22 | 1u << 14 | tcr_epd0 << 16, root, 0};
	ram_.memory.write64(root + 8 * 1, leaf | 3);
	ram_.memory.write64(leaf + 8 * 2, 0x40200000 | PageTables::flags_rw);
	ram_.memory.write64(root + 8 * 2, 0x40000000 | (PageTables::flags_rw & ~2ull));

	WalkResult result = walk_at(0x2000'0000 + 0x2'1234);
	EXPECT_EQ(result.fault, WalkFault::none);
	EXPECT_EQ(result.page.size, 0x10000u);
	EXPECT_EQ(result.page.physical_address, 0x40200000u);
	result = walk_at(0x4000'0000 + 0x1234);
	EXPECT_EQ(result.page.size, 0x2000'0000u);
}

TEST_F(Walk, AsidOfEitherRegister)
{
	registers_.ttbr0 |= 0x12ull << 48;
	registers_.ttbr1 |= 0x34ull << 48;
	EXPECT_EQ(registers_.asid(), 0x12);
	registers_.tcr |= 1u << 22;
	EXPECT_EQ(registers_.asid(), 0x34);
}

/* Whatever is in the tables and in TCR: a translation found covers its address and stays inside its
 * page. */
TEST_F(Walk, Noise)
{
	std::mt19937_64 random(610);
	unsigned found = 0;
	for (int i = 0; i < 10000; i++) {
		const std::uint64_t address = 0x1000 | (random() & 0xfff);
		user_.map(0x1000, 0x40100000);
		if (i % 2)
			user_.set_entry(0x1000, static_cast<unsigned>(random() % 4),
					random() & (i % 3 ? 0x41fff0ff : ~0ull));
		registers_.tcr = i % 4 ? tcr_split : static_cast<std::uint32_t>(random());
		const WalkResult result = walk_at(address);
		user_.clear();
		ASSERT_LE(result.level, 3u);
		if (result.fault != WalkFault::none)
			continue;
		found++;
		ASSERT_TRUE(std::has_single_bit(result.page.size));
		ASSERT_LT(address - result.page.virtual_address, result.page.size);
		ASSERT_EQ(result.page.physical_address % result.page.size, 0u);
	}
	EXPECT_GT(found, 2000u);
}

Page make_page(std::uint64_t address, std::uint64_t size, bool global = false)
{
	return {address, 0x40000000, size, true, true, false, global};
}

TEST(Tlb, KeyedByBankAsidAndAddress)
{
	Tlb tlb;

	tlb.insert(0, 1, make_page(0x20'0000, 0x20'0000));
	tlb.insert(0, 1, make_page(0x40'0000, 0x1000));
	EXPECT_TRUE(tlb.find(0, 1, 0x20'0000));
	EXPECT_TRUE(tlb.find(0, 1, 0x3f'ffff));
	EXPECT_TRUE(tlb.find(0, 1, 0x40'0fff));
	EXPECT_FALSE(tlb.find(0, 1, 0x40'1000));
	EXPECT_FALSE(tlb.find(0, 1, 0x1f'ffff));
	EXPECT_FALSE(tlb.find(0, 2, 0x20'0000));
	EXPECT_FALSE(tlb.find(1, 1, 0x20'0000));
}

TEST(Tlb, GlobalPagesMatchEveryAsid)
{
	Tlb tlb;

	tlb.insert(0, 1, make_page(0x1000, 0x1000, true));
	EXPECT_TRUE(tlb.find(0, 7, 0x1000));
	tlb.invalidate_asid(0, 1);
	EXPECT_TRUE(tlb.find(0, 7, 0x1000));
	tlb.invalidate_address(0, 1, 0x1000, false, true);
	EXPECT_FALSE(tlb.find(0, 7, 0x1000));
}

TEST(Tlb, InvalidationsTakeWhatTheyNameAndNothingElse)
{
	Tlb tlb;
	auto fill = [&tlb] {
		tlb.invalidate_all();
		for (unsigned bank : {0u, 1u})
			for (std::uint16_t asid : {std::uint16_t{1}, std::uint16_t{2}})
				for (std::uint64_t address : {0x1000, 0x2000})
					tlb.insert(bank, asid, make_page(address, 0x1000));
	};

	fill();
	tlb.invalidate_bank(0);
	EXPECT_EQ(tlb.size(), 4u);
	EXPECT_TRUE(tlb.find(1, 1, 0x1000));
	fill();
	tlb.invalidate_asid(0, 1);
	EXPECT_EQ(tlb.size(), 6u);
	EXPECT_FALSE(tlb.find(0, 1, 0x2000));
	fill();
	tlb.invalidate_address(0, 1, 0x1abc, false, true);
	EXPECT_EQ(tlb.size(), 7u);
	EXPECT_FALSE(tlb.find(0, 1, 0x1000));
	fill();
	tlb.invalidate_address(0, 1, 0x1abc, true, true);
	EXPECT_EQ(tlb.size(), 6u);
	EXPECT_FALSE(tlb.find(0, 2, 0x1000));
}

} // namespace
} // namespace vadreno
