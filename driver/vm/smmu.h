/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SMMU in front of the GPU, and the two kinds of page tables it walks.
 *
 * With an SMMU that can split (adreno-smmu), addresses with bit 48 set go through TTBR1: the domain
 * that the IOMMU core owns, with what the kernel shares with the GPU. All others go through TTBR0,
 * which the command processor loads with the tables of the process whose job it runs. ASIDs are not
 * used; an invalidation hits everything.
 *
 * While no process has run since the SMMU woke up, TTBR0 points to an empty table. Afterwards it points
 * to that of the process whose job ran last, which the scheduler keeps until another's has run, or the
 * GPU goes to sleep (Scheduler::keep_loaded()): so it never points to one that is gone.
 */
#pragma once

#include "kernel/alloc.h"
#include "kernel/contexts.h"
#include "kernel/lock.h"
#include "kernel/ref.h"
#include "kernel/result.h"
#include "kernel/smmu.h"
#include "vm/mmu.h"

namespace msm {

class KernelDomain;

/** class SmmuDevice - one GPU's SMMU; address spaces keep it alive, detach() ends its work */
class SmmuDevice final : public kernel::RefCounted<SmmuDevice> {
public:
	/**
	 * SmmuDevice::attach() - give @gpu a domain
	 * @owner: goes to msmxx_smmu_fault() with each translation fault
	 *
	 * Sets the device's driver data, which the SMMU driver reads. Resumes the SMMU.
	 *
	 * Return: ENODEV if there is no SMMU before the GPU, ENOMEM, or what the SMMU driver says.
	 */
	static kernel::Result<kernel::Ref<SmmuDevice>> attach(kernel::MayAlloc, struct device *gpu,
							      void *owner);

	/**
	 * detach() - the GPU is off and stays so
	 *
	 * Should the kernel's address space still be there, it keeps the hardware's context, and
	 * nobody can attach to this SMMU again until it has gone.
	 */
	void detach(kernel::MayAlloc);

	/** domain() - the kernel's half; until detach() */
	KernelDomain &domain() const { return *domain_; }

	/** has_process_tables() - whether each process can have its own page tables */
	bool has_process_tables() const { return has_process_tables_; }

	/**
	 * kernel_start(), kernel_size() - the range of addresses for the kernel's half, 49 bits
	 * unsigned
	 */
	u64 kernel_start() const { return kernel_start_; }
	u64 kernel_size() const { return kernel_size_; }
	/** process_bits() - a process's addresses are below 1 << process_bits() */
	u32 process_bits() const { return bridge_smmu_input_bits(smmu_); }

	/**
	 * set_stall() - whether to hold back transactions that fail to translate until end_stall(),
	 * from now on or from the SMMU's next reset; any context
	 */
	void set_stall(bool stall) { bridge_smmu_set_stall(smmu_, stall); }
	/**
	 * end_stall() - let one that is held back fail; any context, the SMMU is on
	 *
	 * Nothing where the SMMU driver does it itself, when the handler of the fault returns.
	 */
	void end_stall() { bridge_smmu_end_stall(smmu_); }
	/** ends_stalls_itself() - see end_stall(); that handler may then sleep */
	bool ends_stalls_itself() const { return bridge_smmu_ends_stalls_itself(smmu_); }

	/**
	 * flush() - no TLB entry made before this call is used after it; any context
	 *
	 * At once if the GPU is awake, else when it is: it uses none before.
	 */
	void flush() { bridge_smmu_flush(smmu_); }

	/**
	 * unload() - have TTBR0 point to the empty table, whatever the CP has loaded
	 *
	 * Needed where the GPU is reset and the SMMU is not. The GPU is off; resumes the SMMU.
	 */
	void unload(kernel::MayAlloc);

	/**
	 * wake(), sleep() - the GPU is on, and has not run anything yet; it does not run anything any
	 * more, and goes off
	 */
	void wake() { bridge_smmu_wake(smmu_); }
	void sleep() { bridge_smmu_sleep(smmu_); }

	static void destroy(SmmuDevice *smmu) { delete smmu; }

	/** SmmuDevice() - @smmu: the object's from now on; attach() comes without */
	explicit SmmuDevice(struct bridge_smmu *smmu = nullptr) : smmu_(smmu) {}
	~SmmuDevice();

private:
	friend class KernelDomain;
	friend class ProcessMmu;

	kernel::Result<void> init(kernel::MayAlloc, struct device *gpu, void *owner);

	struct bridge_smmu *smmu_;
	kernel::Ref<KernelDomain> domain_;
	u64 kernel_start_ = 0;
	u64 kernel_size_ = 0;
	bool has_process_tables_ = false;
};

/**
 * class KernelDomain - what the IOMMU core owns of the SMMU: the tables of the kernel's half, and
 * the context that walks
 */
class KernelDomain final : public kernel::RefCounted<KernelDomain> {
public:
	explicit KernelDomain(SmmuDevice &smmu) : smmu_(smmu) {}
	~KernelDomain();

	static void destroy(KernelDomain *domain) { delete domain; }

private:
	friend class KernelMmu;
	friend class SmmuDevice;

	struct bridge_smmu *raw() const { return smmu_->smmu_; }

	/* Each holds the other until detach(). */
	const kernel::Ref<SmmuDevice> smmu_;
	/* What TTBR0 points to as long as no process's tables are loaded. */
	struct bridge_pagetable *idle_ = nullptr;
};

/**
 * class KernelMmu - the kernel's half; mapping sleeps, allocates and resumes the SMMU, so hold no
 * lock but reservations
 */
class KernelMmu final : public Mmu {
public:
	explicit KernelMmu(KernelDomain &domain) : domain_(domain) {}

	kernel::Result<void> map(kernel::MayAlloc, u64 iova, const bridge_pages &memory, u64 offset,
				 u64 size, Prot prot) override;
	void unmap(kernel::MayAlloc, u64 iova, u64 size) override;
	bool try_unmap(kernel::Reclaim, u64, u64) override { return false; }
	u64 ttbr() const override { return 0; }
	bool walk(kernel::Signalling, u64, PageWalk &) override { return false; }
	u64 table_pages() const override { return 0; }

private:
	const kernel::Ref<KernelDomain> domain_;
};

/**
 * class TableReserve - memory for page tables, for maps that must not allocate
 *
 * What is not used goes back with the object.
 */
class TableReserve {
public:
	TableReserve() = default;
	TableReserve(TableReserve &&other) : tables_(std::exchange(other.tables_, {})) {}
	TableReserve &operator=(TableReserve &&other)
	{
		std::swap(tables_, other.tables_);
		return *this;
	}
	~TableReserve() { bridge_tables_free(&tables_); }

private:
	friend class ProcessMmu;

	bridge_tables tables_{};
};

/**
 * class ProcessMmu - page tables of our own
 *
 * A map has two halves: reserve() allocates whatever tables it might need, and map() then only
 * takes from that.
 */
class ProcessMmu final : public Mmu {
public:
	/** ProcessMmu::create() - empty tables; EOPNOTSUPP without has_process_tables(), ENOMEM */
	static kernel::Result<kernel::Unique<ProcessMmu>> create(kernel::MayAlloc,
								 SmmuDevice &smmu);

	~ProcessMmu() override;

	/** reserve() - add to @reserve what mapping [iova, iova + size) may need; ENOMEM */
	kernel::Result<void> reserve(kernel::MayAlloc, TableReserve &reserve, u64 iova, u64 size);

	/**
	 * map() - as Mmu::map(), with tables from @reserve: no allocation, no sleep but for the
	 * tables' lock
	 */
	kernel::Result<void> map(kernel::Signalling, TableReserve &reserve, u64 iova,
				 const bridge_pages &memory, u64 offset, u64 size, Prot prot);

	kernel::Result<void> map(kernel::MayAlloc, u64 iova, const bridge_pages &memory, u64 offset,
				 u64 size, Prot prot) override;
	void unmap(kernel::MayAlloc, u64 iova, u64 size) override;
	bool try_unmap(kernel::Reclaim, u64 iova, u64 size) override;
	u64 ttbr() const override { return ttbr_; }
	bool walk(kernel::Signalling, u64 iova, PageWalk &walk) override;
	u64 table_pages() const override;

	explicit ProcessMmu(SmmuDevice &smmu) : smmu_(smmu) {}

private:
	void unmap_locked(u64 iova, u64 size) REQUIRES(pt_lock_);

	const kernel::Ref<SmmuDevice> smmu_;
	kernel::Mutex<kernel::Rank::pt> pt_lock_;
	struct bridge_pagetable *pagetable_ PT_GUARDED_BY(pt_lock_) = nullptr;
	u64 ttbr_ = 0;
};

} // namespace msm
