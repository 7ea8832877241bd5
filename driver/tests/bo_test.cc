// SPDX-License-Identifier: GPL-2.0-only
/* Buffer objects: what they are made of, who waits for them, and how they end. */

#include "tests/fake_world.h"

using namespace kernel;
using namespace msm;

namespace {

void flags(Test &test)
{
	EXPECT_EQ(test, ASSERT_OK(test, BoFlags::parse(BRIDGE_BO_WC, false)).uapi(), BRIDGE_BO_WC);
	EXPECT(test, ASSERT_OK(test, BoFlags::parse(BRIDGE_BO_CACHED, false)).cache() ==
			     CacheMode::cached);
	/* Uncached has become write-combined, in every form of it. */
	EXPECT_EQ(test, ASSERT_OK(test, BoFlags::parse(BRIDGE_BO_UNCACHED | 1, false)).uapi(),
		  BRIDGE_BO_WC | 1);
	EXPECT_EQ(test,
		  ASSERT_OK(test, BoFlags::parse(BRIDGE_BO_UNCACHED | BRIDGE_BO_CACHED, false))
			  .uapi(),
		  BRIDGE_BO_WC);
	EXPECT_ERROR(test, BoFlags::parse(0, true), EINVAL);
	EXPECT_ERROR(test, BoFlags::parse(BRIDGE_BO_WC | BRIDGE_BO_CACHED, true), EINVAL);
	EXPECT_ERROR(test, BoFlags::parse(BRIDGE_BO_WC | 8, true), EINVAL);
	EXPECT_ERROR(test, BoFlags::parse(BRIDGE_BO_WC | 1u << 31, true), EINVAL);
	EXPECT_ERROR(test, BoFlags::parse(BRIDGE_BO_CACHED_COHERENT, false), EINVAL);
	EXPECT(test, ASSERT_OK(test, BoFlags::parse(BRIDGE_BO_CACHED_COHERENT, true)).cache() ==
			     CacheMode::coherent);
	EXPECT(test, BoFlags::internal().read_only().privileged().is_read_only());
}

void sizes(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	BoFlags cached = ASSERT_OK(test, BoFlags::parse(BRIDGE_BO_CACHED, false));
	auto create = [&](u64 size) {
		return Bo::create(test.may_alloc(), world->device(), cached, size);
	};

	EXPECT_ERROR(test, create(0), EINVAL);
	EXPECT_ERROR(test, create(~u64{0}), EINVAL);
	EXPECT_ERROR(test, create(u64{1} << 63), EINVAL);
	EXPECT_EQ(test, ASSERT_OK(test, create(1))->size(), PAGE_SIZE);
	EXPECT_EQ(test, ASSERT_OK(test, create(PAGE_SIZE + 1))->size(), 2 * PAGE_SIZE);
	EXPECT(test, ASSERT_OK(test, create(1))->mmap_offset() != 0);
	world->device().reaper().flush(test.may_alloc());
	EXPECT_EQ(test, world->device().bo_count(), 0);
}

void pages_come_once_and_go_with_the_bo(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	BoRef bo = ASSERT_OK(test, world->bo(test, 3));

	EXPECT_EQ(test, world->device().resident_bytes(), 0);
	{
		Reservation held(test.may_alloc(), *bo);
		const bridge_pages *pages = ASSERT_OK(test, bo->pages(test.may_alloc(), held));
		const struct sg_table *table = pages->table;

		EXPECT(test, ASSERT_OK(test, bo->pages(test.may_alloc(), held))->table == table);
	}
	EXPECT_EQ(test, world->device().resident_bytes(), 3 * PAGE_SIZE);
	EXPECT_EQ(test, world->device().bo_count(), 1);
	bo = nullptr;
	world->device().reaper().flush(test.may_alloc());
	EXPECT_EQ(test, world->device().resident_bytes(), 0);
	EXPECT_EQ(test, world->device().bo_count(), 0);
}

/* What BOs in reclaim's way look like: with pages, used until now. */
BoRef resident_bo(Test &test, World &world, Carrier *carrier = nullptr)
{
	auto bo = world.bo(test, 2, carrier);

	if (!bo)
		return {};
	Reservation held(test.may_alloc(), **bo);
	EXPECT(test, (*bo)->pages(test.may_alloc(), held));
	return *std::move(bo);
}

bool set_needed(Test &test, Bo &bo, bool needed)
{
	return bo.set_needed(test.may_alloc(), Reservation(test.may_alloc(), bo), needed);
}

void reclaim_takes_what_is_not_needed(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	ResidentBos &resident = world->device().resident();
	BoRef needed = resident_bo(test, *world), unneeded = resident_bo(test, *world);
	constexpr ReclaimEffort least{.swap = false, .wait = false};

	ASSERT(test, needed && unneeded);
	EXPECT_EQ(test, resident.pages(test.may_alloc(), true), 4);
	EXPECT_EQ(test, resident.pages(test.may_alloc(), false), 0);
	EXPECT_EQ(test, resident.reclaim(test.may_alloc(), 100, least), 0);

	EXPECT(test, set_needed(test, *unneeded, false));
	EXPECT_EQ(test, resident.pages(test.may_alloc(), false), 2);
	EXPECT_EQ(test, resident.reclaim(test.may_alloc(), 1, least), 2);
	EXPECT_EQ(test, world->device().resident_bytes(), 2 * PAGE_SIZE);
	EXPECT(test, !set_needed(test, *unneeded, true));
	{
		Reservation held(test.may_alloc(), *unneeded);

		EXPECT_ERROR(test, unneeded->pages(test.may_alloc(), held), EBUSY);
	}
	EXPECT(test, set_needed(test, *needed, true));
}

void reclaim_gives_a_second_chance(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	ResidentBos &resident = world->device().resident();
	BoRef bo = resident_bo(test, *world);
	constexpr ReclaimEffort swap{.swap = true, .wait = false};

	ASSERT(test, bo);
	EXPECT_EQ(test, resident.reclaim(test.may_alloc(), 100, swap), 0);
	EXPECT_EQ(test, resident.reclaim(test.may_alloc(), 100, swap), 2);
	EXPECT_EQ(test, resident.pages(test.may_alloc(), true), 0);
	{
		Reservation held(test.may_alloc(), *bo);

		EXPECT(test, bo->pages(test.may_alloc(), held));
	}
	EXPECT_EQ(test, resident.pages(test.may_alloc(), true), 2);
}

void reclaim_leaves_alone(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	ResidentBos &resident = world->device().resident();
	BoRef busy = resident_bo(test, *world), locked = resident_bo(test, *world),
	      seen = resident_bo(test, *world);
	Fence fence = Fence::adopt(fake_fence_create());
	constexpr ReclaimEffort all{.swap = true, .wait = true};

	ASSERT(test, busy && locked && seen && fence);
	{
		Reservation held(test.may_alloc(), *busy);

		EXPECT(test, held.reserve_fences(test.may_alloc(), 1));
		held.add_fence(test.may_alloc(), *busy, fence, FenceUsage::bookkeep);
	}
	{
		Reservation held(test.may_alloc(), *seen);

		seen->keep_resident(test.may_alloc(), held);
	}
	EXPECT_EQ(test, resident.pages(test.may_alloc(), true), 4);
	{
		Reservation held(test.may_alloc(), *locked);

		EXPECT_EQ(test, resident.reclaim(test.may_alloc(), 100, all), 0);
		EXPECT_EQ(test, resident.reclaim(test.may_alloc(), 100, all), 0);
	}
	fake_fence_signal(fence.raw());
	EXPECT_EQ(test, resident.reclaim(test.may_alloc(), 100, all), 4);
	EXPECT_EQ(test, world->device().resident_bytes(), 2 * PAGE_SIZE);
}

/*
 * What page tables cannot map is refused before anyone tries to. Whoever finds the BO on the device's
 * list finds the exporter's reservation.
 */
void imports(Test &test)
{
	constexpr struct {
		u64 address;
		u32 length;
		bool fits;
	} pieces[] = {
		{0x100000, PAGE_SIZE, true},      {0x100000, 4 * PAGE_SIZE, true},
		{0x100800, PAGE_SIZE, false},     {0x100000, PAGE_SIZE + 512, false},
		{0x100000, PAGE_SIZE / 2, false}, {0x100fff, 1, false},
	};
	auto world = ASSERT_OK(test, World::create(test));
	BoRef exporter = ASSERT_OK(test, world->bo(test, 1));

	for (auto &piece : pieces) {
		struct sg_table *table = fake_memory_create(0, 2, PAGE_SIZE, PAGE_SIZE);

		ASSERT(test, table);
		fake_memory_map(table, piece.address, piece.length);
		auto bo = Bo::import(test.may_alloc(), world->device(), 2 * PAGE_SIZE,
				     exporter->resv(), table);

		if (piece.fits)
			EXPECT(test, bo && (*bo)->resv() == exporter->resv());
		else
			EXPECT_ERROR(test, bo, EINVAL);
		/* Two pieces are not enough for that. */
		EXPECT_ERROR(test,
			     Bo::import(test.may_alloc(), world->device(), 9 * PAGE_SIZE,
					exporter->resv(), table),
			     EINVAL);
		fake_memory_destroy(table);
	}
}

void names_and_metadata(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	BoRef bo = ASSERT_OK(test, world->bo(test, 1));
	Reservation held(test.may_alloc(), *bo);

	EXPECT(test, bo->name(held).empty() && bo->metadata(held).empty());
	bo->set_name(held, "a name of more than thirty-one characters");
	EXPECT(test, bo->name(held) == "a name of more than thirty-one ");
	bo->set_name(held, "short");
	EXPECT(test, bo->name(held) == "short");

	auto bytes = ASSERT_OK(test, Buffer<u8>::create(test.may_alloc(), 3));
	bytes[2] = 7;
	bo->set_metadata(held, std::move(bytes));
	ASSERT_EQ(test, bo->metadata(held).size(), 3);
	EXPECT_EQ(test, bo->metadata(held)[2], 7);
}

void waiting(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	BoRef bo = ASSERT_OK(test, world->bo(test, 1));
	Fence fence = Fence::adopt(fake_fence_create());
	MayAlloc token = test.may_alloc();

	ASSERT(test, fence);
	EXPECT(test, bo->wait(token, true, Deadline::now()));
	{
		Reservation held(token, *bo);

		ASSERT(test, held.reserve_fences(token, 1));
		held.add_fence(token, *bo, fence, FenceUsage::read);
	}
	/* The GPU only reads, so the CPU may read. */
	EXPECT(test, bo->wait(token, false, Deadline::now()));
	EXPECT_ERROR(test, bo->wait(token, true, Deadline::now()), EBUSY);
	EXPECT_ERROR(test, bo->wait(token, true, Deadline::after(milliseconds(10))), ETIMEDOUT);
	fake_fence_signal(fence.raw());
	EXPECT(test, bo->wait(token, true, Deadline::now()));
}

void many_reservations(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	MayAlloc token = test.may_alloc();
	auto carrier = ASSERT_OK(test, Carrier::create(token, world->device()));
	BoRef bos[] = {
		ASSERT_OK(test, world->bo(test, 1)),
		ASSERT_OK(test, world->bo(test, 1, carrier.get())),
		ASSERT_OK(test, world->bo(test, 1, carrier.get())),
		ASSERT_OK(test, world->bo(test, 1)),
	};

	EXPECT(test, bos[1]->resv() == bos[2]->resv() && bos[0]->resv() != bos[3]->resv());
	{
		ReservationSet set;

		ASSERT(test, set.lock(token, 4, 1, [&](u32 i) -> Bo & { return *bos[i]; }));
		for (const BoRef &bo : bos)
			set.check(*bo);
		set.unlock();
		/* Again, which leaves no trace of the first time. */
		ASSERT(test, set.lock(token, 4, 1, [&](u32 i) -> Bo & { return *bos[3 - i]; }));
	}

	const u32 shared_twice[] = {0, 3, 0};
	const u32 private_twice[] = {1, 2, 1};
	for (auto &order : {shared_twice, private_twice}) {
		ReservationSet set;

		EXPECT_ERROR(test,
			     set.lock(token, 3, 1, [&](u32 i) -> Bo & { return *bos[order[i]]; }),
			     EALREADY);
	}
	/* Nothing is held after a failure. */
	for (const BoRef &bo : bos)
		Reservation held(token, *bo);
}

} // namespace

KUNIT_SUITE(bo, KUNIT_CASE(flags), KUNIT_CASE(sizes),
	    KUNIT_CASE(pages_come_once_and_go_with_the_bo),
	    KUNIT_CASE(reclaim_takes_what_is_not_needed), KUNIT_CASE(reclaim_gives_a_second_chance),
	    KUNIT_CASE(reclaim_leaves_alone), KUNIT_CASE(imports), KUNIT_CASE(names_and_metadata),
	    KUNIT_CASE(waiting), KUNIT_CASE(many_reservations));
