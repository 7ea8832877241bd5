/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A VMA: one BO at one place in one address space.
 *
 * Pins say that the GPU uses it, or is going to: a job takes one for each BO in its ioctl and keeps
 * it until it is retired, so that there is no moment in which a VMA in use does not look so. They
 * are taken under the BO's reservation, but dropped where it cannot be.
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

	u64 iova() const { return start(); }
	SoftVm &vm() const { return *vm_; }

	/** in_use() - whether a job has it pinned. Under the BO's reservation a no stays one. */
	bool in_use() const { return pins_.get() != 0; }

	void remove_for_death(kernel::MayAlloc, const Held &) override;

private:
	friend class SoftVm;
	friend class VmaPin;

	/* Strong: the address space stays while anything is mapped in it. */
	kernel::Ref<SoftVm> vm_;
	/* On the VM's list of VMAs to be removed once idle; under its va_lock. */
	kernel::ListNode closing_node_;
	/* Whether the page tables have it; under the BO's reservation. */
	bool mapped_ = false;
	kernel::Atomic pins_;
};

/**
 * class VmaPin - a mapping stays as it is while this exists
 *
 * Keeps the VMA but not the BO: its owner also has a BoRef. May be dropped in any context; where it
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
			vma_->pins_.add(-1);
	}

	/** iova() - GPU address of the BO's first byte */
	u64 iova() const { return vma_->iova(); }
	explicit operator bool() const { return vma_; }

private:
	friend class SoftVm;

	explicit VmaPin(Vma &vma) : vma_(&vma) { vma_->pins_.add(1); }

	Vma *vma_ = nullptr;
};

} // namespace msm
