/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests of buffers and address spaces run in: a device that nobody sees, and page tables that
 * only keep a list.
 */
#pragma once

#include "gem/bo.h"
#include "gem/drm_device.h"
#include "gem/reservation.h"
#include "kernel/alloc.h"
#include "kernel/fence.h"
#include "tests/fake_device.h"
#include "tests/kunit.h"
#include "vm/mmu.h"
#include "vm/soft_vm.h"

namespace msm {

/** class World - a DRM device and its BOs; everything in it must be gone when it goes */
class World {
public:
	static kernel::Result<kernel::Unique<World>> create(kernel::Test &test)
	{
		auto world = TRY(kernel::make<World>(test.may_alloc()));

		world->drm_ = fake_drm_create();
		if (!world->drm_)
			return kernel::err(ENOMEM);
		world->device_ = TRY(DrmDevice::create(test.may_alloc(), world->drm_));
		return world;
	}

	~World()
	{
		device_ = nullptr;
		if (drm_)
			fake_drm_destroy(drm_);
	}

	DrmDevice &device() { return *device_; }

	/** bo() - cached, so that it needs no DMA mapping */
	kernel::Result<BoRef> bo(kernel::Test &test, u64 pages, Carrier *carrier = nullptr)
	{
		u32 flags = BRIDGE_BO_CACHED | (carrier ? BRIDGE_BO_NO_SHARE : 0);

		return Bo::create(test.may_alloc(), *device_, TRY(BoFlags::parse(flags, false)),
				  pages * PAGE_SIZE, carrier);
	}

private:
	struct drm_device *drm_ = nullptr;
	kernel::Unique<DrmDevice> device_;
};

/**
 * struct FakeTables - what a FakeMmu has been told; outlives it
 * @wrong: maps over maps, and unmaps of what was not mapped so
 * @fail: the next map fails with ENOMEM
 * @fixed: cannot be changed where memory is being reclaimed
 */
struct FakeTables {
	struct Entry {
		u64 iova;
		u64 size;
	};

	Entry entries[16] = {};
	u32 mapped = 0;
	u32 maps = 0;
	u32 unmaps = 0;
	u32 wrong = 0;
	bool fail = false;
	bool fixed = false;
	bool destroyed = false;
};

/** class FakeMmu - page tables as a list */
class FakeMmu final : public Mmu {
public:
	explicit FakeMmu(FakeTables &tables) : tables_(tables) {}
	~FakeMmu() override { tables_.destroyed = true; }

	kernel::Result<void> map(kernel::MayAlloc, u64 iova, const bridge_pages &, u64, u64 size,
				 Prot) override
	{
		FakeTables::Entry *free = nullptr;

		if (std::exchange(tables_.fail, false))
			return kernel::err(ENOMEM);
		for (auto &entry : tables_.entries) {
			if (entry.size && iova < entry.iova + entry.size &&
			    entry.iova < iova + size)
				tables_.wrong++;
			if (!entry.size)
				free = &entry;
		}
		if (!free)
			return kernel::err(ENOMEM);
		*free = {iova, size};
		tables_.mapped++;
		tables_.maps++;
		return {};
	}

	void unmap(kernel::MayAlloc, u64 iova, u64 size) override { remove(iova, size); }

	bool try_unmap(kernel::Reclaim, u64 iova, u64 size) override
	{
		if (tables_.fixed)
			return false;
		remove(iova, size);
		return true;
	}

	u64 ttbr() const override { return 0x1000; }
	bool walk(kernel::Signalling, u64, PageWalk &) override { return false; }
	u64 table_pages() const override { return 1; }

private:
	void remove(u64 iova, u64 size)
	{
		tables_.unmaps++;
		for (auto &entry : tables_.entries) {
			if (entry.iova == iova && entry.size == size) {
				entry = {};
				tables_.mapped--;
				return;
			}
		}
		tables_.wrong++;
	}

	FakeTables &tables_;
};

} // namespace msm
