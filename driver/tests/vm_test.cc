// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address spaces: where BOs go, that they stay while they are used, and that everything comes apart
 * in any order.
 */

#include "tests/fake_world.h"

using namespace kernel;
using namespace msm;

namespace {

constexpr u64 vm_start = 0x100000;

/* An address space of some pages over fake tables. */
Result<Ref<SoftVm>> make_vm(Test &test, World &world, FakeTables &tables, u64 pages = 64)
{
	Unique<Mmu> mmu = TRY(make<FakeMmu>(test.may_alloc(), tables));

	return SoftVm::create(test.may_alloc(), world.device(), std::move(mmu), vm_start,
			      pages * PAGE_SIZE);
}

Result<VmaPin> pin(Test &test, SoftVm &vm, Bo &bo)
{
	Reservation held(test.may_alloc(), bo);

	return vm.pin(test.may_alloc(), held, bo);
}

Result<u64> iova(Test &test, SoftVm &vm, Bo &bo)
{
	Reservation held(test.may_alloc(), bo);

	return vm.iova(test.may_alloc(), held, bo);
}

Result<void> set_iova(Test &test, SoftVm &vm, Bo &bo, u64 iova)
{
	Reservation held(test.may_alloc(), bo);

	return vm.set_iova(test.may_alloc(), held, bo, iova);
}

void close_handle(Test &test, SoftVm &vm, Bo &bo)
{
	{
		Reservation held(test.may_alloc(), bo);

		vm.handle_closed(test.may_alloc(), held, bo);
	}
	vm.sweep(test.may_alloc());
}

/* A job of which @bo's reservation knows; it runs until the fence signals. */
Result<Fence> occupy(Test &test, Bo &bo)
{
	Fence fence = Fence::adopt(fake_fence_create());

	if (!fence)
		return err(ENOMEM);

	Reservation held(test.may_alloc(), bo);

	TRY(held.reserve_fences(test.may_alloc(), 1));
	held.add_fence(test.may_alloc(), bo, fence, FenceUsage::read);
	return fence;
}

void mapped_once(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	FakeTables tables;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables));
	BoRef a = ASSERT_OK(test, world->bo(test, 2));
	BoRef b = ASSERT_OK(test, world->bo(test, 3));

	u64 address = ASSERT_OK(test, iova(test, *vm, *a));
	EXPECT_EQ(test, address, vm_start);
	EXPECT_EQ(test, tables.maps, 0);
	{
		VmaPin first = ASSERT_OK(test, pin(test, *vm, *a));
		VmaPin second = ASSERT_OK(test, pin(test, *vm, *a));
		VmaPin other = ASSERT_OK(test, pin(test, *vm, *b));

		EXPECT_EQ(test, first.iova(), address);
		EXPECT_EQ(test, second.iova(), address);
		EXPECT_EQ(test, other.iova(), vm_start + 2 * PAGE_SIZE);
		EXPECT_EQ(test, tables.maps, 2);
	}
	/* Unused is still mapped. */
	EXPECT_EQ(test, tables.mapped, 2);
	vm->close(test.may_alloc());
	EXPECT_EQ(test, tables.mapped, 0);
	EXPECT_EQ(test, tables.wrong, 0);
	vm = nullptr;
	EXPECT(test, tables.destroyed);
}

/* Out of the page tables and back at the same address; not while a job may use it, nor where tables
 * cannot be changed. */
void reclaim_unmaps(Test &test)
{
	constexpr ReclaimEffort all{.swap = true, .wait = false};
	auto world = ASSERT_OK(test, World::create(test));
	auto reclaim = [&] {
		/* What has just been used is passed over once. */
		return world->device().resident().reclaim(test.may_alloc(), 100, all) +
		       world->device().resident().reclaim(test.may_alloc(), 100, all);
	};
	FakeTables tables;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables));
	BoRef shared = ASSERT_OK(test, world->bo(test, 2));
	BoRef own = ASSERT_OK(test, world->bo(test, 2, &vm->carrier()));
	u64 address = ASSERT_OK(test, pin(test, *vm, *own)).iova();

	EXPECT(test, pin(test, *vm, *shared));
	tables.fixed = true;
	EXPECT_EQ(test, reclaim(), 0);
	EXPECT_EQ(test, tables.mapped, 2);
	tables.fixed = false;
	EXPECT_EQ(test, reclaim(), 4);
	EXPECT_EQ(test, tables.mapped, 0);
	EXPECT_EQ(test, ASSERT_OK(test, pin(test, *vm, *own)).iova(), address);
	EXPECT_EQ(test, tables.mapped, 1);
	{
		/* Fences of private BOs are their VM's: the pin tells which of them it is. */
		VmaPin used = ASSERT_OK(test, pin(test, *vm, *own));
		BoRef idle = ASSERT_OK(test, world->bo(test, 1, &vm->carrier()));
		EXPECT(test, pin(test, *vm, *idle));
		Fence job = ASSERT_OK(test, occupy(test, *own));

		EXPECT_EQ(test, reclaim(), 1);
		EXPECT_EQ(test, tables.mapped, 1);
		fake_fence_signal(job.raw());
		/* Done, but not retired: a dump may be reading the pages. */
		EXPECT_EQ(test, reclaim(), 0);
		used = VmaPin();
		EXPECT_EQ(test, reclaim(), 2);
	}
	EXPECT_EQ(test, tables.mapped, 0);
	EXPECT_EQ(test, tables.wrong, 0);
	vm->close(test.may_alloc());
}

void failures_leave_nothing(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	FakeTables tables;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables, 4));
	BoRef big = ASSERT_OK(test, world->bo(test, 5));
	BoRef bo = ASSERT_OK(test, world->bo(test, 4));

	EXPECT_ERROR(test, pin(test, *vm, *big), ENOSPC);
	tables.fail = true;
	EXPECT_ERROR(test, pin(test, *vm, *bo), ENOMEM);
	EXPECT_EQ(test, tables.mapped, 0);
	/* Repeating it maps it, rather than only looking as if it did. */
	EXPECT(test, pin(test, *vm, *bo));
	EXPECT_EQ(test, tables.mapped, 1);
	EXPECT_ERROR(test, pin(test, *vm, *big), ENOSPC);
	vm->close(test.may_alloc());
}

void chosen_addresses(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	FakeTables tables;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables, 8));
	BoRef a = ASSERT_OK(test, world->bo(test, 2));
	BoRef b = ASSERT_OK(test, world->bo(test, 2));
	u64 end = vm_start + 8 * PAGE_SIZE;

	EXPECT_ERROR(test, set_iova(test, *vm, *a, vm_start + 1), EINVAL);
	EXPECT_ERROR(test, set_iova(test, *vm, *a, vm_start - PAGE_SIZE), EINVAL);
	EXPECT_ERROR(test, set_iova(test, *vm, *a, end - PAGE_SIZE), EINVAL);
	EXPECT_ERROR(test, set_iova(test, *vm, *a, end), EINVAL);
	EXPECT_ERROR(test, set_iova(test, *vm, *a, ~(PAGE_SIZE - 1)), EINVAL);

	EXPECT(test, set_iova(test, *vm, *a, end - 2 * PAGE_SIZE));
	EXPECT(test, set_iova(test, *vm, *a, end - 2 * PAGE_SIZE));
	EXPECT_ERROR(test, set_iova(test, *vm, *a, vm_start), EBUSY);
	EXPECT_ERROR(test, set_iova(test, *vm, *b, end - 3 * PAGE_SIZE), ENOSPC);
	EXPECT_EQ(test, ASSERT_OK(test, iova(test, *vm, *a)), end - 2 * PAGE_SIZE);
	{
		VmaPin used = ASSERT_OK(test, pin(test, *vm, *a));
		Fence job = ASSERT_OK(test, occupy(test, *a));

		EXPECT_ERROR(test, set_iova(test, *vm, *a, 0), EBUSY);
		EXPECT_EQ(test, tables.mapped, 1);
		/* Done is enough; the job may be retired later. */
		fake_fence_signal(job.raw());
		EXPECT(test, set_iova(test, *vm, *a, 0));
		EXPECT_EQ(test, tables.mapped, 0);
		EXPECT(test, set_iova(test, *vm, *b, end - 2 * PAGE_SIZE));
		EXPECT(test, set_iova(test, *vm, *b, 0));
	}
	EXPECT(test, set_iova(test, *vm, *a, 0));
	EXPECT_EQ(test, tables.mapped, 0);
	EXPECT(test, set_iova(test, *vm, *b, end - 3 * PAGE_SIZE));
	vm->close(test.may_alloc());
}

void waiting_for_a_sweep(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	FakeTables tables;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables, 8));
	BoRef bo = ASSERT_OK(test, world->bo(test, 2));
	s32 seen = vm->sweeps();

	EXPECT_ERROR(test, vm->wait_for_sweep(test.may_alloc(), seen, Deadline::now()), ETIMEDOUT);
	vm->sweep(test.may_alloc());
	EXPECT(test, vm->wait_for_sweep(test.may_alloc(), seen, Deadline::now()));
	EXPECT_ERROR(test, vm->wait_for_sweep(test.may_alloc(), vm->sweeps(), Deadline::now()),
		     ETIMEDOUT);

	/* In use, then also closed, then gone. */
	Fence job;
	{
		VmaPin used = ASSERT_OK(test, pin(test, *vm, *bo));

		job = ASSERT_OK(test, occupy(test, *bo));
		EXPECT(test, !vm->is_leaving(test.may_alloc(), used.iova(), PAGE_SIZE));
		close_handle(test, *vm, *bo);
		EXPECT(test, vm->is_leaving(test.may_alloc(), used.iova() + PAGE_SIZE, PAGE_SIZE));
	}
	vm->sweep(test.may_alloc());
	EXPECT(test, !vm->is_leaving(test.may_alloc(), vm_start, 8 * PAGE_SIZE));
	EXPECT_EQ(test, tables.mapped, 0);
	fake_fence_signal(job.raw());
	vm->close(test.may_alloc());
}

void closing_a_handle(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	FakeTables tables;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables));
	BoRef bo = ASSERT_OK(test, world->bo(test, 1));

	/* Idle: at once. */
	EXPECT(test, pin(test, *vm, *bo));
	close_handle(test, *vm, *bo);
	EXPECT_EQ(test, tables.mapped, 0);

	/* In use: when the job is done, retired or not. */
	{
		VmaPin used = ASSERT_OK(test, pin(test, *vm, *bo));
		Fence job = ASSERT_OK(test, occupy(test, *bo));

		close_handle(test, *vm, *bo);
		vm->sweep(test.may_alloc());
		EXPECT_EQ(test, tables.mapped, 1);
		fake_fence_signal(job.raw());
		EXPECT_EQ(test, tables.mapped, 1);
		vm->sweep(test.may_alloc());
		EXPECT_EQ(test, tables.mapped, 0);
	}

	/* In use of another VM only. */
	Fence other = ASSERT_OK(test, occupy(test, *bo));

	EXPECT(test, pin(test, *vm, *bo));
	close_handle(test, *vm, *bo);
	EXPECT_EQ(test, tables.mapped, 0);
	fake_fence_signal(other.raw());

	/* Asked for again meanwhile, by another handle: not at all. */
	{
		VmaPin used = ASSERT_OK(test, pin(test, *vm, *bo));
		Fence job = ASSERT_OK(test, occupy(test, *bo));

		close_handle(test, *vm, *bo);
		EXPECT(test, pin(test, *vm, *bo));
		fake_fence_signal(job.raw());
	}
	vm->sweep(test.may_alloc());
	EXPECT_EQ(test, tables.mapped, 1);
	EXPECT_EQ(test, tables.wrong, 0);
	vm->close(test.may_alloc());
}

void a_dying_bo_takes_its_mappings_along(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	FakeTables tables, others;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables));
	auto other = ASSERT_OK(test, make_vm(test, *world, others));
	BoRef bo = ASSERT_OK(test, world->bo(test, 1));

	EXPECT(test, pin(test, *vm, *bo));
	EXPECT(test, pin(test, *other, *bo));
	bo = nullptr;
	world->device().reaper().flush(test.may_alloc());
	EXPECT_EQ(test, tables.mapped + others.mapped, 0);
	EXPECT_EQ(test, world->device().bo_count(), 0);

	/* Its address is free again. */
	bo = ASSERT_OK(test, world->bo(test, 1));
	EXPECT_EQ(test, ASSERT_OK(test, iova(test, *vm, *bo)), vm_start);
	vm->close(test.may_alloc());
}

void closing_with_a_job_running(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));
	FakeTables tables;
	auto vm = ASSERT_OK(test, make_vm(test, *world, tables));
	BoRef used = ASSERT_OK(test, world->bo(test, 1, &vm->carrier()));
	BoRef idle = ASSERT_OK(test, world->bo(test, 1, &vm->carrier()));

	EXPECT(test, pin(test, *vm, *idle));
	{
		/* As in a job: its address space, its BO, its pin. */
		Ref<SoftVm> job_vm = vm;
		BoRef job_bo = used;
		VmaPin job_pin = ASSERT_OK(test, pin(test, *vm, *used));
		Fence job = ASSERT_OK(test, occupy(test, *used));

		vm->close(test.may_alloc());
		vm = nullptr;
		used = nullptr;
		idle = nullptr;
		world->device().reaper().flush(test.may_alloc());
		EXPECT_EQ(test, tables.mapped, 1);
		EXPECT(test, !tables.destroyed);

		fake_fence_signal(job.raw());
		job_pin = VmaPin();
		job_bo = nullptr;
		job_vm->sweep(test.may_alloc());
	}
	world->device().reaper().flush(test.may_alloc());
	EXPECT_EQ(test, tables.mapped, 0);
	EXPECT_EQ(test, tables.wrong, 0);
	EXPECT(test, tables.destroyed);
	EXPECT_EQ(test, world->device().bo_count(), 0);
}

void bo_and_vm_die_at_once(Test &test)
{
	auto world = ASSERT_OK(test, World::create(test));

	for (int i = 0; i < 25; i++) {
		FakeTables tables;
		{
			auto vm = ASSERT_OK(test, make_vm(test, *world, tables));
			BoRef a = ASSERT_OK(test, world->bo(test, 1));
			BoRef b = ASSERT_OK(test, world->bo(test, 1, &vm->carrier()));

			EXPECT(test, pin(test, *vm, *a));
			EXPECT(test, pin(test, *vm, *b));
			/* The reaper at work while the VM is taken apart. */
			a = nullptr;
			b = nullptr;
			vm->close(test.may_alloc());
		}
		world->device().reaper().flush(test.may_alloc());
		ASSERT_EQ(test, tables.mapped + tables.wrong, 0);
		ASSERT(test, tables.destroyed);
	}
}

} // namespace

KUNIT_SUITE(vm, KUNIT_CASE(mapped_once), KUNIT_CASE(reclaim_unmaps),
	    KUNIT_CASE(failures_leave_nothing), KUNIT_CASE(chosen_addresses),
	    KUNIT_CASE(waiting_for_a_sweep), KUNIT_CASE(closing_a_handle),
	    KUNIT_CASE(a_dying_bo_takes_its_mappings_along), KUNIT_CASE(closing_with_a_job_running),
	    KUNIT_CASE(bo_and_vm_die_at_once));
