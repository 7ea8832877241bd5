/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VMA: one BO at one place in one address space.
 *
 * A job pins the VMA of each of its BOs, under their reservations, and adds its fence to them
 * before it lets go of those; the pin stays until the job is retired. So who holds the reservation
 * and sees a VMA without pins, or a BO without pending fences, knows that the GPU does not use it.
 * The fences of private BOs are their VM's, and say less; retirement comes later than the fence,
 * and says it later.
 */
#pragma once

#include "gem/bo.h"
#include "kernel/atomic.h"
#include "kernel/list.h"
#include "kernel/ref.h"
#include "vm/vma_tree.h"

namespace msm {

class SoftVm;

/** class Vma - made, mapped and removed by its VM only, under the BO's reservation */
class Vma final : public AddressRange, public VmaLink {
public:
	Vma(SoftVm &vm, Bo &bo);
	~Vma();

	u64 iova() const { return start(); }
	SoftVm &vm() const { return *vm_; }
	/** is_mapped() - whether the page tables have it; its BO's reservation is held */
	bool is_mapped() const { return mapped_; }

	/**
	 * is_busy() - whether the GPU may use it, now or later
	 *
	 * Under the BO's reservation a no stays one. Elsewhere it is a good guess, and the BO's memory
	 * has to be valid.
	 */
	bool is_busy() const override;
	bool is_pinned() const override { return refs_.get() > 1; }

	bool unmap(kernel::Reclaim, const Held &) override;
	void remove_for_death(kernel::MayAlloc, const Held &) override;

private:
	friend class SoftVm;
	friend class VmaPin;

	/* What was removed while a finished job still had it pinned is deleted with the pin. */
	void unref()
	{
		if (!refs_.add(-1))
			delete this;
	}

	/* Strong: the address space stays while anything is mapped in it. */
	kernel::Ref<SoftVm> vm_;
	/* On the VM's list of VMAs to be removed once idle; under its va_lock. */
	kernel::ListNode closing_node_;
	/* Whether the page tables have it; under the BO's reservation. */
	bool mapped_ = false;
	/* One for being in the address space, and one for each pin. */
	kernel::Atomic refs_{1};
};

/**
 * class VmaPin - a job uses a mapping, or is going to
 *
 * Keeps the VMA but not the BO: its owner also has a BoRef. Dropped where sleeping is allowed; if it
 * was a job's, the VM's sweep() comes after.
 */
class VmaPin {
public:
	VmaPin() = default;
	VmaPin(VmaPin &&other) : vma_(std::exchange(other.vma_, nullptr)) {}
	VmaPin &operator=(VmaPin &&other)
	{
		std::swap(vma_, other.vma_);
		return *this;
	}
	~VmaPin()
	{
		if (vma_)
			vma_->unref();
	}

	/** iova() - GPU address of the BO's first byte */
	u64 iova() const { return vma_->iova(); }
	explicit operator bool() const { return vma_; }

private:
	friend class SoftVm;

	explicit VmaPin(Vma &vma) : vma_(&vma) { vma_->refs_.add(1); }

	Vma *vma_ = nullptr;
};

} // namespace msm
