// SPDX-License-Identifier: GPL-2.0-only
#include "vm/smmu.h"

#include <algorithm>

#include "kernel/constants.h"

namespace msm {

using namespace kernel;

namespace {

/* With split tables this bit selects the half: the SMMU takes what is above it for its copies. */
constexpr u64 half_bit = u64{1} << 48;

/*
 * Below are GMEM and whatever else the GPU decodes itself, where the kernel's addresses are not in
 * a half of their own.
 */
constexpr u64 lowest_kernel_address = 16 << 20;

} // namespace

Result<Ref<SmmuDevice>> SmmuDevice::attach(MayAlloc token, struct device *gpu, void *owner)
{
	auto smmu = Ref<SmmuDevice>::adopt(TRY(make<SmmuDevice>(token)).release());

	TRY(smmu->init(token, gpu, owner));
	return smmu;
}

Result<void> SmmuDevice::init(MayAlloc token, struct device *gpu, void *owner)
{
	u64 first = 0, last = 0;
	auto domain = Ref<KernelDomain>::adopt(TRY(make<KernelDomain>(token, *this)).release());

	TRY(from_errno(bridge_fail_point()));
	TRY(from_errno(bridge_smmu_create(gpu, owner, &smmu_)));
	domain_ = domain;

	bridge_smmu_aperture(smmu_, &first, &last);
	first = std::max(first, lowest_kernel_address);
	kernel_start_ = first & (2 * half_bit - 1);
	kernel_size_ = last - first + 1;

	has_process_tables_ = bridge_smmu_has_process_tables(smmu_);
	if (!has_process_tables_)
		return {};

	Result<void> done = from_errno(bridge_fail_point());
	if (done)
		done = from_errno(bridge_pagetable_create(smmu_, &domain->idle_));
	if (done)
		done = from_errno(bridge_fail_point());
	if (done)
		done = from_errno(bridge_smmu_set_ttbr0(smmu_, domain->idle_));
	if (!done)
		detach(token);
	return done;
}

void SmmuDevice::unload(MayAlloc)
{
	/* What it has already it does not write again. */
	if (has_process_tables_ && !bridge_smmu_set_ttbr0(smmu_, nullptr))
		(void)bridge_smmu_set_ttbr0(smmu_, domain_->idle_);
}

void SmmuDevice::detach(MayAlloc)
{
	bridge_smmu_detach(smmu_);
	domain_ = nullptr;
}

SmmuDevice::~SmmuDevice()
{
	if (smmu_)
		bridge_smmu_destroy(smmu_);
}

KernelDomain::~KernelDomain()
{
	/* The table last: until the context is gone it may be walked. */
	if (raw())
		bridge_smmu_free_domain(raw());
	if (idle_)
		bridge_pagetable_destroy(idle_);
}

/* The IOMMU core wants the addresses of the upper half sign-extended. */
static u64 canonical(u64 iova)
{
	return iova & half_bit ? iova | ~(half_bit - 1) : iova;
}

Result<void> KernelMmu::map(MayAlloc, u64 iova, const bridge_pages &memory, u64 offset, u64 size,
			    Prot prot)
{
	/* The core maps a table as a whole, and BOs here are mapped as a whole. */
	if (offset)
		return err(EINVAL);
	return from_errno(
		bridge_smmu_map(domain_->raw(), canonical(iova), &memory, size, prot.bits()));
}

void KernelMmu::unmap(MayAlloc, u64 iova, u64 size)
{
	bridge_smmu_unmap(domain_->raw(), canonical(iova), size);
}

Result<Unique<ProcessMmu>> ProcessMmu::create(MayAlloc token, SmmuDevice &smmu)
{
	auto mmu = TRY(make_accounted<ProcessMmu>(token, smmu));

	TRY(from_errno(bridge_pagetable_create(smmu.smmu_, &mmu->pagetable_)));
	mmu->ttbr_ = bridge_pagetable_ttbr(mmu->pagetable_);
	return mmu;
}

ProcessMmu::~ProcessMmu()
{
	if (!pagetable_)
		return;
	/* Nothing is mapped any more, but a TLB may still know where the tables were. */
	smmu_->flush();
	bridge_pagetable_destroy(pagetable_);
}

/* Without the lock, which may be held for long: the number is as good a moment later. */
u64 ProcessMmu::table_pages() const
{
	return bridge_pagetable_own_pages(pagetable_);
}

Result<void> ProcessMmu::reserve(MayAlloc, TableReserve &reserve, u64 iova, u64 size)
{
	u64 count = reserve.tables_.count + bridge_pagetable_count(iova, size);

	if (count > ~u32{0})
		return err(ENOMEM);
	return from_errno(bridge_tables_fill(&reserve.tables_, static_cast<u32>(count)));
}

Result<void> ProcessMmu::map(Signalling token, TableReserve &reserve, u64 iova,
			     const bridge_pages &memory, u64 offset, u64 size, Prot prot)
{
	MutexGuard guard(pt_lock_, token);
	u64 mapped = 0;

	Result<void> done = from_errno(bridge_pagetable_map(
		pagetable_, &reserve.tables_, iova, &memory, offset, size, prot.bits(), &mapped));
	if (!done && mapped)
		unmap_locked(iova, mapped);
	return done;
}

Result<void> ProcessMmu::map(MayAlloc token, u64 iova, const bridge_pages &memory, u64 offset,
			     u64 size, Prot prot)
{
	TableReserve tables;

	TRY(reserve(token, tables, iova, size));
	return map(Signalling(token), tables, iova, memory, offset, size, prot);
}

void ProcessMmu::unmap(MayAlloc token, u64 iova, u64 size)
{
	MutexGuard guard(pt_lock_, token);

	unmap_locked(iova, size);
}

bool ProcessMmu::try_unmap(Reclaim token, u64 iova, u64 size)
{
	MutexGuard guard(pt_lock_, token);

	unmap_locked(iova, size);
	return true;
}

/* Whoever has the lock neither allocates nor waits for the GPU: that one hangs is no matter. */
bool ProcessMmu::walk(Signalling token, u64 iova, PageWalk &walk)
{
	MutexGuard guard(pt_lock_, token);

	bridge_pagetable_walk(pagetable_, iova, walk.entries);
	return true;
}

void ProcessMmu::unmap_locked(u64 iova, u64 size)
{
	bridge_tables dead{};

	bridge_pagetable_unmap(pagetable_, iova, size, &dead);
	smmu_->flush();
	bridge_tables_free(&dead);
}

} // namespace msm
