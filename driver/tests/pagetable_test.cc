// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our own page tables: that they lead where they should, take no more memory than was reserved, and
 * give it back.
 */

#include "kernel/gem.h"
#include "kernel/smmu.h"
#include "tests/fake_device.h"
#include "tests/kunit.h"

using namespace kernel;

namespace {

constexpr u64 kib = 1024, mib = 1024 * kib, gib = 1024 * mib;
/* Some memory that nobody touches: only its addresses matter. */
constexpr u64 phys = 0x40000000;
constexpr u32 prot = BRIDGE_PROT_WRITE;

/* A fake SMMU with one set of tables. */
class Tables {
public:
	Tables()
	{
		drm_ = fake_drm_create();
		smmu_ = drm_ ? fake_smmu_create(drm_) : nullptr;
		if (smmu_ && bridge_pagetable_create(smmu_, &pagetable))
			pagetable = nullptr;
	}
	~Tables()
	{
		bridge_tables_free(&reserve);
		bridge_tables_free(&dead);
		if (pagetable)
			bridge_pagetable_destroy(pagetable);
		if (smmu_)
			fake_smmu_destroy(smmu_);
		if (drm_)
			fake_drm_destroy(drm_);
	}

	/* With all that it may need; 0 or a negative errno. */
	int map(u64 iova, const bridge_pages &memory, u64 offset, u64 size)
	{
		int ret = bridge_tables_fill(&reserve,
					     static_cast<u32>(bridge_pagetable_count(iova, size)));

		return ret ? ret
			   : bridge_pagetable_map(pagetable, &reserve, iova, &memory, offset, size,
						  prot, &mapped);
	}

	void unmap(u64 iova, u64 size) { bridge_pagetable_unmap(pagetable, iova, size, &dead); }
	u64 lookup(u64 iova) { return fake_pagetable_lookup(pagetable, iova); }

	struct bridge_pagetable *pagetable = nullptr;
	struct bridge_smmu *smmu() { return smmu_; }

	bridge_tables reserve{};
	bridge_tables dead{};
	u64 mapped = 0;

private:
	struct drm_device *drm_;
	struct bridge_smmu *smmu_;
};

class Memory {
public:
	Memory(u32 pieces, u32 size, u64 stride)
		: pages{nullptr, fake_memory_create(phys, pieces, size, stride), false}
	{
	}
	~Memory()
	{
		if (pages.table)
			fake_memory_destroy(pages.table);
	}

	explicit operator bool() const { return pages.table; }

	const bridge_pages pages;
};

void counts(Test &test)
{
	EXPECT_EQ(test, bridge_pagetable_count(0, 4 * kib), 3);
	EXPECT_EQ(test, bridge_pagetable_count(2 * mib - 4 * kib, 4 * kib), 3);
	EXPECT_EQ(test, bridge_pagetable_count(2 * mib - 4 * kib, 8 * kib), 4);
	EXPECT_EQ(test, bridge_pagetable_count(1 * gib - 4 * kib, 8 * kib), 5);
	EXPECT_EQ(test, bridge_pagetable_count(512 * gib - 4 * kib, 8 * kib), 6);
	EXPECT_EQ(test, bridge_pagetable_count(0, 1 * gib), 512 + 1 + 1);
}

void every_page_leads_to_its_own(Test &test)
{
	Tables tables;
	/* In pieces of three pages, each of them elsewhere. */
	Memory memory(8, 12 * kib, 64 * kib);
	u64 iova = 4 * gib + 2 * mib - 20 * kib;

	ASSERT(test, tables.pagetable && memory);
	ASSERT_EQ(test, tables.map(iova, memory.pages, 0, 96 * kib), 0);
	EXPECT_EQ(test, tables.mapped, 96 * kib);
	for (u64 page = 0; page < 24; page++)
		EXPECT_EQ(test, tables.lookup(iova + page * 4 * kib),
			  phys + page / 3 * 64 * kib + page % 3 * 4 * kib);
	EXPECT_EQ(test, tables.lookup(iova - 4 * kib), 0);
	EXPECT_EQ(test, tables.lookup(iova + 96 * kib), 0);
	tables.unmap(iova, 96 * kib);
	for (u64 page = 0; page < 24; page++)
		EXPECT_EQ(test, tables.lookup(iova + page * 4 * kib), 0);
}

void parts(Test &test)
{
	Tables tables;
	Memory memory(8, 12 * kib, 64 * kib);

	ASSERT(test, tables.pagetable && memory);
	/* From the middle of the second piece to the middle of the fourth. */
	ASSERT_EQ(test, tables.map(4 * gib, memory.pages, 16 * kib, 24 * kib), 0);
	EXPECT_EQ(test, tables.lookup(4 * gib), phys + 64 * kib + 4 * kib);
	EXPECT_EQ(test, tables.lookup(4 * gib + 8 * kib), phys + 128 * kib);
	EXPECT_EQ(test, tables.lookup(4 * gib + 20 * kib), phys + 192 * kib);
	EXPECT_EQ(test, tables.lookup(4 * gib + 24 * kib), 0);
	tables.unmap(4 * gib, 24 * kib);

	/* More than there is. */
	EXPECT_EQ(test, tables.map(4 * gib, memory.pages, 84 * kib, 24 * kib), -EINVAL);
	EXPECT_EQ(test, tables.mapped, 12 * kib);
	tables.unmap(4 * gib, tables.mapped);
	EXPECT_EQ(test, tables.lookup(4 * gib), 0);
}

void large_pages(Test &test)
{
	Tables tables;
	Memory memory(1, 8 * mib, 0);
	u32 before;

	ASSERT(test, tables.pagetable && memory);
	ASSERT_EQ(test, bridge_tables_fill(&tables.reserve, 64), 0);
	before = tables.reserve.count;

	/* Aligned alike: two tables above it, none for the pages. */
	ASSERT_EQ(test, tables.map(4 * gib, memory.pages, 0, 8 * mib), 0);
	EXPECT_EQ(test, before - tables.reserve.count, 2);
	EXPECT_EQ(test, tables.lookup(4 * gib + 5 * mib + 4 * kib), phys + 5 * mib + 4 * kib);
	tables.unmap(4 * gib, 8 * mib);
	EXPECT_EQ(test, tables.lookup(4 * gib + 5 * mib), 0);

	/* Pages up to the first boundary, large ones, pages again. */
	ASSERT_EQ(test, tables.map(6 * gib + mib, memory.pages, mib, 6 * mib), 0);
	for (u64 at = 1 * mib; at < 7 * mib; at += 256 * kib)
		EXPECT_EQ(test, tables.lookup(6 * gib + at), phys + at);
	EXPECT_EQ(test, tables.lookup(6 * gib), 0);
	EXPECT_EQ(test, tables.lookup(6 * gib + 7 * mib), 0);
	tables.unmap(6 * gib + mib, 6 * mib);
	for (u64 at = 0; at < 8 * mib; at += 256 * kib)
		EXPECT_EQ(test, tables.lookup(6 * gib + at), 0);
}

void emptied_tables_are_kept_for_the_flush(Test &test)
{
	Tables tables;
	/* 2 MiB in single pages, as no two of them are neighbours. */
	Memory memory(512, 4 * kib, 8 * kib);

	ASSERT(test, tables.pagetable && memory);
	ASSERT_EQ(test, tables.map(4 * gib, memory.pages, 0, 2 * mib), 0);
	EXPECT_EQ(test, tables.reserve.count, 0);
	tables.unmap(4 * gib, 2 * mib);
	EXPECT_EQ(test, tables.dead.count, 1);

	/* The address can be used again, at once. */
	ASSERT_EQ(test, tables.map(4 * gib, memory.pages, 0, 4 * kib), 0);
	EXPECT_EQ(test, tables.lookup(4 * gib), phys);
	EXPECT_EQ(test, tables.lookup(4 * gib + 4 * kib), 0);
}

/* However much is unmapped while the GPU is off, its SMMU is left alone; when it is on, that counts. */
void the_tlb_is_emptied_when_it_is_awake(Test &test)
{
	Tables tables;
	struct bridge_smmu *smmu = tables.smmu();

	ASSERT(test, smmu);
	bridge_smmu_wake(smmu);
	EXPECT_EQ(test, fake_smmu_flushes(smmu), 0u);
	bridge_smmu_flush(smmu);
	bridge_smmu_flush(smmu);
	EXPECT_EQ(test, fake_smmu_flushes(smmu), 2u);

	bridge_smmu_sleep(smmu);
	for (u32 i = 0; i < 100; i++)
		bridge_smmu_flush(smmu);
	EXPECT_EQ(test, fake_smmu_flushes(smmu), 2u);
	bridge_smmu_wake(smmu);
	EXPECT_EQ(test, fake_smmu_flushes(smmu), 3u);
	bridge_smmu_sleep(smmu);
	bridge_smmu_wake(smmu);
	EXPECT_EQ(test, fake_smmu_flushes(smmu), 3u);
}

void too_little_reserved(Test &test)
{
	Memory memory(1024, 4 * kib, 8 * kib);

	ASSERT(test, memory);
	/* Four tables are needed; with less, what fits is mapped and said. */
	for (u32 have = 0; have < 4; have++) {
		Tables tables;
		u64 mapped = 1;

		ASSERT(test, tables.pagetable);
		ASSERT_EQ(test, bridge_tables_fill(&tables.reserve, have), 0);
		EXPECT_EQ(test,
			  bridge_pagetable_map(tables.pagetable, &tables.reserve, 4 * gib,
					       &memory.pages, 0, 4 * mib, prot, &mapped),
			  -ENOMEM);
		EXPECT_EQ(test, tables.reserve.count, 0);
		EXPECT_EQ(test, mapped, have == 3 ? 2 * mib : 0);
		tables.unmap(4 * gib, mapped);
		EXPECT_EQ(test, tables.lookup(4 * gib), 0);
	}
}

/* Down to the page, the large page, or to where nothing is any more. */
void a_walk_leads_where_a_lookup_does(Test &test)
{
	constexpr u64 address = 0xfffffffff000, valid = 1, table_or_page = 2;
	Tables tables;
	Memory memory(1, 4 * mib, 0);
	const u64 iova = 4 * gib;
	u64 entries[4];

	ASSERT(test, tables.pagetable && memory);
	/* A page at the end of one table, and all but the last of the next. */
	ASSERT_EQ(test, tables.map(iova - 4 * kib, memory.pages, 2 * mib - 4 * kib, 2 * mib), 0);

	bridge_pagetable_walk(tables.pagetable, iova - 4 * kib, entries);
	for (u32 level = 1; level < 4; level++)
		EXPECT_EQ(test, entries[level] & (valid | table_or_page), valid | table_or_page);
	EXPECT_EQ(test, entries[3] & address, phys + 2 * mib - 4 * kib);

	bridge_pagetable_walk(tables.pagetable, iova + 12 * kib + 5, entries);
	EXPECT_EQ(test, entries[3] & address, tables.lookup(iova + 12 * kib));

	bridge_pagetable_walk(tables.pagetable, iova + 2 * mib - 4 * kib, entries);
	EXPECT_EQ(test, entries[2] & valid, valid);
	EXPECT_EQ(test, entries[3], 0);

	bridge_pagetable_walk(tables.pagetable, iova + 8 * gib, entries);
	EXPECT_EQ(test, entries[1], 0);
	EXPECT_EQ(test, entries[2], 0);

	tables.unmap(iova - 4 * kib, 2 * mib);
	ASSERT_EQ(test, tables.map(iova, memory.pages, 0, 2 * mib), 0);
	bridge_pagetable_walk(tables.pagetable, iova + mib, entries);
	EXPECT_EQ(test, entries[2] & (valid | table_or_page), valid);
	EXPECT_EQ(test, entries[2] & address, phys);
	EXPECT_EQ(test, entries[3], 0);
	tables.unmap(iova, 2 * mib);

	/* The other half's. */
	bridge_pagetable_walk(tables.pagetable, ~u64{0} << 48 | iova, entries);
	EXPECT_EQ(test, entries[0] | entries[1] | entries[2] | entries[3], 0);
}

} // namespace

KUNIT_SUITE(pagetable, KUNIT_CASE(counts), KUNIT_CASE(every_page_leads_to_its_own),
	    KUNIT_CASE(parts), KUNIT_CASE(large_pages),
	    KUNIT_CASE(emptied_tables_are_kept_for_the_flush),
	    KUNIT_CASE(the_tlb_is_emptied_when_it_is_awake), KUNIT_CASE(too_little_reserved),
	    KUNIT_CASE(a_walk_leads_where_a_lookup_does));
