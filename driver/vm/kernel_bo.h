/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that the driver itself shares with the GPU: rings, what the GPU reports in, firmware. */
#pragma once

#include <string_view>
#include <utility>

#include "gem/bo.h"
#include "kernel/contexts.h"
#include "kernel/result.h"
#include "vm/soft_vm.h"

namespace msm {

/**
 * class KernelBo - a BO, mapped for the CPU and, in the kernel's address space, for the GPU; empty
 * after being moved from
 */
class KernelBo {
public:
	/**
	 * KernelBo::create() - zeroed memory
	 * @vm: the kernel's
	 * @flags: BoFlags::kernel() and what is derived from it
	 * @size: bytes, rounded up to pages
	 * @name: for debugging
	 *
	 * Return: ENOMEM, ENOSPC.
	 */
	static kernel::Result<KernelBo> create(kernel::MayAlloc, DrmDevice &device, SoftVm &vm,
					       BoFlags flags, u64 size, std::string_view name);

	KernelBo() = default;
	KernelBo(KernelBo &&other)
		: bo_(std::move(other.bo_)), pin_(std::move(other.pin_)),
		  cpu_(std::exchange(other.cpu_, nullptr))
	{
	}
	KernelBo &operator=(KernelBo &&other)
	{
		std::swap(bo_, other.bo_);
		std::swap(pin_, other.pin_);
		std::swap(cpu_, other.cpu_);
		return *this;
	}
	/**
	 * ~KernelBo() - the GPU must be done with it. Unmapping is the reaper's: flush it before
	 * the SMMU goes.
	 */
	~KernelBo();

	/**
	 * withdraw() - the GPU is off: its mapping may go, cpu() stays. iova() must not be asked
	 * for any more.
	 */
	void withdraw() { pin_ = VmaPin(); }

	/** cpu() - write-combined view, page-aligned */
	void *cpu() const { return cpu_; }
	u64 iova() const { return pin_.iova(); }
	u64 size() const { return bo_->size(); }
	explicit operator bool() const { return cpu_; }

private:
	BoRef bo_;
	VmaPin pin_;
	void *cpu_ = nullptr;
};

} // namespace msm
