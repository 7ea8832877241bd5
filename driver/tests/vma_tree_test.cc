// SPDX-License-Identifier: GPL-2.0-only
/* The tree of used addresses: by hand at its edges, and at random against a bitmap. */

#include "vm/vma_tree.h"

#include "kernel/alloc.h"
#include "tests/kunit.h"

using namespace kernel;
using namespace msm;

namespace {

void empty_space(Test &test)
{
	VmaTree tree(0x1000, 0x5000, 1);

	EXPECT(test, tree.is_empty() && !tree.first() && !tree.find(0x1000));
	EXPECT_EQ(test, tree.find_hole(0x4000, 0x1000).value_or(0), 0x1000u);
	EXPECT(test, !tree.find_hole(0x5000, 0x1000));
	/* Aligned past the end. */
	EXPECT(test, !tree.find_hole(0x1000, 0x8000));
	EXPECT(test, tree.contains(0x1000, 0x4000) && !tree.contains(0x1000, 0x4001) &&
			     !tree.contains(0, 1));
	/* A sum that overflows. */
	EXPECT(test, !tree.contains(0x2000, ~u64{0}));
}

void neighbours(Test &test)
{
	VmaTree tree(0, 0x10000, 2);
	AddressRange low, high;

	tree.insert(low, 0x1000, 0x1000);
	tree.insert(high, 0x4000, 0x2000);
	EXPECT(test, tree.find(0x1000) == &low && tree.find(0x1fff) == &low && !tree.find(0x2000) &&
			     !tree.find(0xfff));
	EXPECT(test, tree.first_overlap(0x1fff, 0x2001) == &low);
	EXPECT(test, tree.first_overlap(0x2000, 0x2001) == &high);
	EXPECT(test, !tree.first_overlap(0x2000, 0x2000) && !tree.first_overlap(0x6000, 0x1000));
	EXPECT(test, tree.first() == &low && VmaTree::next(low) == &high && !VmaTree::next(high));

	/* Before the first, between, after the last. */
	EXPECT_EQ(test, tree.find_hole(0x1000, 0x1000).value_or(1), 0u);
	EXPECT_EQ(test, tree.find_hole(0x2000, 0x1000).value_or(1), 0x2000u);
	EXPECT_EQ(test, tree.find_hole(0x2000, 0x8000).value_or(1), 0x8000u);
	EXPECT_EQ(test, tree.find_hole(0x3000, 0x1000).value_or(1), 0x6000u);
	tree.erase(low);
	EXPECT_EQ(test, tree.find_hole(0x4000, 0x1000).value_or(1), 0u);
	tree.erase(high);
	EXPECT(test, tree.is_empty());
}

void end_of_the_address_space(Test &test)
{
	VmaTree tree(~u64{0} - 0x1fff, ~u64{0}, 3);

	EXPECT(test, !tree.find_hole(0x2000, 0x1000));
	EXPECT(test, !tree.find_hole(0x1000, u64{1} << 63));
	EXPECT_EQ(test, tree.find_hole(0x1000, 0x1000).value_or(0), ~u64{0} - 0x1fff);
}

/* Pages of a small space; each is 0 or the number of the range there, which is its index + 1. */
constexpr u32 model_pages = 512;

struct Model {
	u16 pages[model_pages];
	AddressRange ranges[model_pages];
};

u64 model_hole(const Model &model, u64 pages, u64 align)
{
	for (u64 start = 0; start + pages <= model_pages; start += align) {
		u64 i = 0;

		while (i < pages && !model.pages[start + i])
			i++;
		if (i == pages)
			return start;
	}
	return model_pages;
}

void random_against_a_bitmap(Test &test)
{
	auto model = ASSERT_OK(test, make<Model>(test.may_alloc()));
	VmaTree tree(0, model_pages * PAGE_SIZE, 4);
	u32 random = 12345;
	auto next = [&random](u32 below) {
		random = random * 1664525 + 1013904223;
		return (random >> 8) % below;
	};

	for (u32 step = 0; step < 20000; step++) {
		u64 size = next(12) + 1;
		u64 align = u64{1} << next(4);
		u64 hole = model_hole(*model, size, align);
		u64 start = next(model_pages);

		/* More in than out, then more out than in. */
		if (next(16) < (step % 4000 < 2000 ? 10u : 4u)) {
			auto found = tree.find_hole(size * PAGE_SIZE, align * PAGE_SIZE);

			ASSERT_EQ(test, found ? *found / PAGE_SIZE : model_pages, hole);
			if (!found)
				continue;
			tree.insert(model->ranges[hole], *found, size * PAGE_SIZE);
			for (u64 i = hole; i < hole + size; i++)
				model->pages[i] = static_cast<u16>(hole + 1);
		} else {
			AddressRange *found = tree.find(start * PAGE_SIZE);
			u16 expected = model->pages[start];

			ASSERT(test, found == (expected ? &model->ranges[expected - 1] : nullptr));
			if (!found)
				continue;
			for (u64 i = found->start() / PAGE_SIZE; i < found->end() / PAGE_SIZE; i++)
				model->pages[i] = 0;
			tree.erase(*found);
		}

		AddressRange *overlap = tree.first_overlap(start * PAGE_SIZE, size * PAGE_SIZE);
		u64 i = start;

		while (i < start + size && i < model_pages && !model->pages[i])
			i++;
		bool free = i == start + size || i == model_pages;
		ASSERT(test, overlap == (free ? nullptr : &model->ranges[model->pages[i] - 1]));
	}
	while (AddressRange *range = tree.first())
		tree.erase(*range);
	EXPECT(test, tree.is_empty());
}

} // namespace

KUNIT_SUITE(vma_tree, KUNIT_CASE(empty_space), KUNIT_CASE(neighbours),
	    KUNIT_CASE(end_of_the_address_space), KUNIT_CASE(random_against_a_bitmap));
