// SPDX-License-Identifier: GPL-2.0-only
#include "vm/file_vm.h"

#include "kernel/gem.h"

namespace msm {

using namespace kernel;

Result<Ref<SoftVm>> FileVm::soft(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	if (!vm_)
		vm_ = TRY(source_.vm_for_file(token));
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
	return {};
}

void FileVm::handle_closed(MayAlloc token, struct drm_file *file, Bo &bo)
{
	Ref<SoftVm> vm = own(token);

	if (!vm)
		return;
	{
		/* Who uses a new handle does so before this, and is seen, or after it. */
		Reservation held(token, bo);

		if (!bridge_gem_has_handle(file, bo.gem()))
			vm->handle_closed(token, held, bo);
	}
	vm->sweep(token);
}

void FileVm::close(MayAlloc token)
{
	if (Ref<SoftVm> vm = own(token))
		vm->close(token);
}

} // namespace msm
