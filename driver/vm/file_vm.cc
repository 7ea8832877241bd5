// SPDX-License-Identifier: GPL-2.0-only
#include "vm/file_vm.h"

namespace msm {

using namespace kernel;

Result<Ref<SoftVm>> FileVm::soft(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	if (!vm_)
		vm_ = is_private() ? TRY(source_.create_vm(token)) : Ref(source_.kernel_vm());
	return vm_;
}

/* Of a VM that others use too, handles of one file say nothing about who else needs a mapping. */
Ref<SoftVm> FileVm::own(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	return is_private() ? vm_ : nullptr;
}

Result<void> FileVm::handle_opened(MayAlloc token, Bo &bo)
{
	Ref<SoftVm> vm = own(token);

	/* By the global names that a DRM master can give; a dma-buf is not made of such a BO. */
	if (is_private() && bo.carrier() && !(vm && &vm->carrier() == bo.carrier()))
		return err(EPERM);
	if (vm)
		vm->handle_opened(token, bo);
	return {};
}

void FileVm::handle_closed(MayAlloc token, Bo &bo)
{
	if (Ref<SoftVm> vm = own(token))
		vm->handle_closed(token, bo);
}

void FileVm::close(MayAlloc token)
{
	if (Ref<SoftVm> vm = own(token))
		vm->close(token);
}

} // namespace msm
