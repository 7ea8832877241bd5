/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The address space of one open file. It is made by the first ioctl that needs one, whole or not at
 * all; two threads that both are the first get the same one, and an accessor that finds none says
 * so instead of returning null.
 */
#pragma once

#include "kernel/contexts.h"
#include "kernel/lock.h"
#include "kernel/ref.h"
#include "kernel/result.h"
#include "vm/soft_vm.h"

struct drm_file;

namespace msm {

/** class VmSource - makes address spaces for files: the device */
class VmSource {
public:
	/**
	 * vm_for_file() - a new one if has_private_vms(), else the kernel's, which all files share
	 *
	 * Return: ENODEV once the device is gone, ENOMEM.
	 */
	virtual kernel::Result<kernel::Ref<SoftVm>> vm_for_file(kernel::MayAlloc) = 0;
	/** has_private_vms() - constant; MSM_PARAM_PP_PGTABLE, and whether SET_IOVA may be used */
	virtual bool has_private_vms() const = 0;

protected:
	~VmSource() = default;
};

/** class FileVm - a member of what the driver keeps per open file */
class FileVm {
public:
	explicit FileVm(VmSource &source) : source_(source) {}
	FileVm(const FileVm &) = delete;
	FileVm &operator=(const FileVm &) = delete;

	/** soft() - the file's address space, made if this is the first use; errors as
	 * vm_for_file() */
	kernel::Result<kernel::Ref<SoftVm>> soft(kernel::MayAlloc);

	/** is_private() - whether addresses in it are the file's own (SET_IOVA is allowed) */
	bool is_private() const { return source_.has_private_vms(); }

	/**
	 * handle_opened() - the file is to have a new handle of @bo; EPERM if that is private to
	 * another VM
	 */
	kernel::Result<void> handle_opened(kernel::MayAlloc, Bo &bo);
	/** handle_closed() - @file closed a handle of @bo, perhaps its last. No reservation is held. */
	void handle_closed(kernel::MayAlloc, struct drm_file *file, Bo &bo);

	/** close() - the file is gone; jobs may still be running */
	void close(kernel::MayAlloc);

private:
	kernel::Ref<SoftVm> own(kernel::MayAlloc);

	VmSource &source_;
	kernel::Mutex<kernel::Rank::file> lock_;
	kernel::Ref<SoftVm> vm_ GUARDED_BY(lock_);
};

} // namespace msm
