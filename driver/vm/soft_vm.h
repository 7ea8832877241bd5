/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An address space whose addresses the kernel chooses, or userspace one BO at a time: the kernel's
 * own, and that of every process that does not use VM_BIND.
 *
 * A VMA does not keep its BO alive. It goes when the BO dies (the reaper), when the process closes
 * its handle, or when the process ends; in the last two cases only once no job uses it, without
 * anyone waiting for that: sweep() is called after each job.
 */
#pragma once

#include "gem/bo.h"
#include "gem/reservation.h"
#include "kernel/alloc.h"
#include "kernel/atomic.h"
#include "kernel/contexts.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/ref.h"
#include "kernel/result.h"
#include "kernel/task.h"
#include "kernel/time.h"
#include "kernel/wait.h"
#include "vm/mmu.h"
#include "vm/smmu.h"
#include "vm/vma.h"
#include "vm/vma_tree.h"

namespace msm {

/** First address of a process: below are GMEM and whatever else the GPU decodes itself. */
inline constexpr u64 process_vm_start = 0x1'0000'0000;

/**
 * class SoftVm - see above. The last reference must go where sleeping is allowed, with no lock held
 * but reservations.
 */
class SoftVm final : public kernel::RefCounted<SoftVm> {
public:
	/**
	 * SoftVm::create() - an empty address space over @mmu, for [start, start + size); ENOMEM
	 */
	static kernel::Result<kernel::Ref<SoftVm>> create(kernel::MayAlloc, DrmDevice &device,
							  kernel::Unique<Mmu> mmu, u64 start,
							  u64 size);
	/**
	 * SoftVm::create_kernel() - the one of the driver's own BOs (TTBR1 where the SMMU splits);
	 * ENOMEM
	 */
	static kernel::Result<kernel::Ref<SoftVm>> create_kernel(kernel::MayAlloc,
								 DrmDevice &device,
								 SmmuDevice &smmu);
	/**
	 * SoftVm::create_process() - one with page tables of its own
	 * @size: bytes from process_vm_start on; 0 for as much as the SMMU can translate
	 *
	 * Return: EOPNOTSUPP if the SMMU has no such tables, ENOMEM.
	 */
	static kernel::Result<kernel::Ref<SoftVm>> create_process(kernel::MayAlloc,
								  DrmDevice &device,
								  SmmuDevice &smmu, u64 size = 0);

	/** start(), size() - MSM_PARAM_VA_START and VA_SIZE */
	u64 start() const { return start_; }
	u64 size() const { return size_; }
	/** ttbr() - what the command processor loads; 0 for the kernel's */
	u64 ttbr() const { return mmu_->ttbr(); }
	/** walk() - see Mmu::walk() */
	bool walk(kernel::Signalling token, u64 iova, PageWalk &walk) const
	{
		return mmu_->walk(token, iova, walk);
	}
	/** table_pages() - memory of its page tables, if it is ours: pages; for statistics */
	u64 table_pages() const { return mmu_->table_pages(); }
	/** owner() - the process for which it was made; empty if it is the kernel's */
	const kernel::Process &owner() const { return owner_; }
	/** carrier() - for the private BOs of this VM */
	Carrier &carrier() const { return *carrier_; }

	/**
	 * pin() - have @bo mapped, and keep it so
	 *
	 * Return: the pin. ENOMEM, ENOSPC if no address is free; then all is as before, but that
	 * the BO may have an address.
	 */
	kernel::Result<VmaPin> pin(kernel::MayAlloc, const Held &held, Bo &bo);

	/**
	 * iova() - @bo's address, chosen now if it has none; it stays until the handle is closed
	 */
	kernel::Result<u64> iova(kernel::MayAlloc, const Held &held, Bo &bo);

	/**
	 * set_iova() - have @bo at an address that userspace chose
	 * @iova: 0 takes its address away
	 *
	 * Return: EINVAL if it is not a page's or outside the VM, ENOSPC if something else is
	 * there, EBUSY if the BO is elsewhere, or in use and was to lose its address; ENOMEM.
	 */
	kernel::Result<void> set_iova(kernel::MayAlloc, const Held &held, Bo &bo, u64 iova);

	/**
	 * handle_closed() - the process no longer knows @bo: the next sweep() that finds its VMA
	 * idle removes it. If it is asked for before, it stays.
	 */
	void handle_closed(kernel::MayAlloc, const Held &held, Bo &bo);

	/**
	 * close() - the process is gone: remove everything once it is idle. No reservation is held.
	 */
	void close(kernel::MayAlloc);

	/**
	 * sweep() - remove what was closed and is idle now; to be called after a job was retired.
	 * Cheap if there is none.
	 */
	void sweep(kernel::MayAlloc);

	/** sweeps() - how often there was a sweep(); what is looked at later is as new as that */
	s32 sweeps() { return sweeps_.add(0); }
	/**
	 * wait_for_sweep() - until there was one since sweeps() said @seen
	 *
	 * Return: ETIMEDOUT, or ERESTARTSYS on a signal. No reservation is held.
	 */
	kernel::Result<void> wait_for_sweep(kernel::MayAlloc, s32 seen, kernel::Deadline);

	/** is_leaving() - whether what is first in [iova, iova + size) goes once it is idle */
	bool is_leaving(kernel::MayAlloc, u64 iova, u64 size);

	static void destroy(SoftVm *vm);

	SoftVm(DrmDevice &device, kernel::Unique<Mmu> mmu, kernel::Ref<Carrier> carrier, u64 start,
	       u64 size);

private:
	friend class Vma;

	~SoftVm();

	Vma *find(const Held &held, Bo &bo);
	kernel::Result<Vma *> create_vma(kernel::MayAlloc, const Held &held, Bo &bo, u64 iova);
	kernel::Result<Vma *> find_or_create(kernel::MayAlloc, const Held &held, Bo &bo);
	void remove(kernel::MayAlloc, const Held &held, Vma &vma);
	void keep(kernel::MayAlloc, Vma &vma);
	bool is_closing(kernel::MayAlloc, Vma &vma);
	u32 closed_count(kernel::MayAlloc);
	BoRef next_closed(kernel::MayAlloc, u32 &left);

	DrmDevice &device_;
	const kernel::Unique<Mmu> mmu_;
	const kernel::Ref<Carrier> carrier_;
	const u64 start_;
	const u64 size_;
	kernel::Process owner_;

	kernel::Mutex<kernel::Rank::va> va_lock_;
	VmaTree tree_ GUARDED_BY(va_lock_);
	kernel::List<Vma, &Vma::closing_node_> closing_ GUARDED_BY(va_lock_);

	kernel::Atomic sweeps_;
	kernel::WaitQueue swept_;
};

} // namespace msm
