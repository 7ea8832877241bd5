// SPDX-License-Identifier: GPL-2.0-only
/* A process's page tables and the TLB: no table is freed while a TLB may still lead through it. */

#include "kernel/gem.h"
#include "tests/fake_device.h"
#include "tests/kunit.h"
#include "vm/smmu.h"

using namespace kernel;
using namespace msm;

namespace {

constexpr u64 mib = 1024 * 1024;
constexpr u64 iova = 64 * mib;

/* A GPU's SMMU, and it alone. */
class Smmu {
public:
	explicit Smmu(Test &test) : drm_(fake_drm_create())
	{
		fake = drm_ ? fake_smmu_create(drm_) : nullptr;
		if (!fake)
			return;
		if (auto made = make<SmmuDevice>(test.may_alloc(), fake))
			device = Ref<SmmuDevice>::adopt(made->release());
		else
			fake_smmu_destroy(fake);
	}
	~Smmu()
	{
		device = nullptr;
		if (drm_)
			fake_drm_destroy(drm_);
	}
	Smmu(const Smmu &) = delete;
	Smmu &operator=(const Smmu &) = delete;

	struct bridge_smmu *fake = nullptr;
	Ref<SmmuDevice> device;

private:
	struct drm_device *const drm_;
};

/* Pages in pieces, so that they need a table of the last level, which goes with them. */
struct Scattered {
	Scattered()
		: pages{nullptr, fake_memory_create(0x40000000, 512, PAGE_SIZE, 2 * PAGE_SIZE),
			false}
	{
	}
	~Scattered()
	{
		if (pages.table)
			fake_memory_destroy(pages.table);
	}

	bridge_pages pages;
};

void tables_go_after_the_flush(Test &test)
{
	Smmu smmu(test);
	Scattered memory;

	ASSERT(test, !!smmu.device);
	ASSERT(test, memory.pages.table);
	smmu.device->wake();

	auto mmu = ASSERT_OK(test, ProcessMmu::create(test.may_alloc(), *smmu.device));

	for (bool reclaim : {false, true}) {
		u32 flushes = fake_smmu_flushes(smmu.fake);

		ASSERT(test, mmu->map(test.may_alloc(), iova, memory.pages, 0, 2 * mib,
				      Prot::of(BoFlags::internal())));

		u64 mapped = bridge_pagetable_pages();

		if (reclaim)
			EXPECT(test, mmu->try_unmap(test.may_alloc(), iova, 2 * mib));
		else
			mmu->unmap(test.may_alloc(), iova, 2 * mib);
		EXPECT_EQ(test, fake_smmu_flushes(smmu.fake), flushes + 1);
		EXPECT_EQ(test, fake_smmu_pages_at_flush(smmu.fake), mapped);
		EXPECT(test, bridge_pagetable_pages() < mapped);
	}

	/* The last of them, with the address space. */
	u64 left = bridge_pagetable_pages();

	mmu = nullptr;
	EXPECT_EQ(test, fake_smmu_pages_at_flush(smmu.fake), left);
	EXPECT(test, bridge_pagetable_pages() < left);
	smmu.device->sleep();
}

/* Nor is the GPU woken for that: no unmap may wait. */
void asleep_it_is_left_alone(Test &test)
{
	Smmu smmu(test);
	Scattered memory;

	ASSERT(test, !!smmu.device);
	ASSERT(test, memory.pages.table);
	auto mmu = ASSERT_OK(test, ProcessMmu::create(test.may_alloc(), *smmu.device));
	ASSERT(test, mmu->map(test.may_alloc(), iova, memory.pages, 0, 2 * mib,
			      Prot::of(BoFlags::internal())));
	EXPECT(test, mmu->try_unmap(test.may_alloc(), iova, 2 * mib));
	EXPECT_EQ(test, fake_smmu_flushes(smmu.fake), 0);
	/* Before it runs anything. */
	smmu.device->wake();
	EXPECT_EQ(test, fake_smmu_flushes(smmu.fake), 1);
	smmu.device->sleep();
}

/* An address space may outlive the domain, and unmaps what it has. */
void detached_it_is_not_asked(Test &test)
{
	Smmu smmu(test);
	Scattered memory;

	ASSERT(test, !!smmu.device);
	ASSERT(test, memory.pages.table);
	smmu.device->wake();

	auto mmu = ASSERT_OK(test, ProcessMmu::create(test.may_alloc(), *smmu.device));
	ASSERT(test, mmu->map(test.may_alloc(), iova, memory.pages, 0, 2 * mib,
			      Prot::of(BoFlags::internal())));
	fake_smmu_detach(smmu.fake);
	mmu->unmap(test.may_alloc(), iova, 2 * mib);
	mmu = nullptr;
	smmu.device->sleep();
	EXPECT_EQ(test, fake_smmu_flushes(smmu.fake), 0);
	EXPECT_EQ(test, fake_smmu_asked_late(smmu.fake), 0);
}

} // namespace

KUNIT_SUITE(smmu, KUNIT_CASE(tables_go_after_the_flush), KUNIT_CASE(asleep_it_is_left_alone),
	    KUNIT_CASE(detached_it_is_not_asked));
