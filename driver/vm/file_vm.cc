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

void FileVm::handle_opened(MayAlloc token, Bo &bo)
{
	if (Ref<SoftVm> vm = own(token))
		vm->handle_opened(token, bo);
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
