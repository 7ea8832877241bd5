// SPDX-License-Identifier: GPL-2.0-only
#include "vm/kernel_bo.h"

#include "gem/reservation.h"
#include "kernel/constants.h"
#include "kernel/gem.h"

namespace msm {

using namespace kernel;

Result<KernelBo> KernelBo::create(MayAlloc token, DrmDevice &device, SoftVm &vm, BoFlags flags,
				  u64 size, std::string_view name)
{
	KernelBo result;

	result.bo_ = TRY(Bo::create(token, device, flags, size));

	Reservation held(token, *result.bo_);
	const bridge_pages *pages = TRY(result.bo_->pages(token, held));

	result.bo_->keep_resident(token, held);
	result.bo_->set_name(held, name);
	result.pin_ = TRY(vm.pin(token, held, *result.bo_));
	result.cpu_ = bridge_pages_map(pages, result.bo_->size(),
				       flags.cache() != CacheMode::write_combined);
	if (!result.cpu_)
		return err(ENOMEM);
	return result;
}

KernelBo::~KernelBo()
{
	if (cpu_)
		bridge_pages_unmap(cpu_);
}

} // namespace msm
