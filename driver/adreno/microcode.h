/* SPDX-License-Identifier: GPL-2.0-only */
/* The CP's microcode: loaded from a file once, kept in memory that the GPU reads at every start. */
#pragma once

#include "adreno/catalog.h"
#include "kernel/device.h"
#include "vm/kernel_bo.h"

namespace msm::adreno {

/**
 * check_microcode() - whether the driver can work with an SQE image
 * @words: the instructions, without the file's first dword
 *
 * It must know CP_WHERE_AM_I and have the security fixes that came before it: version 1.90 or
 * later, or an older one that was patched (which ends in 0xa, and has a patch level).
 *
 * Return: EINVAL for what is no image at all, EPERM for one that is too old.
 */
Result<void> check_microcode(std::span<const u32> words);

/**
 * load_microcode() - finds the file, checks it, and copies it to where the GPU sees it
 *
 * Return: what failed; the log says it too.
 */
Result<KernelBo> load_microcode(kernel::MayAlloc, kernel::Device, const ChipInfo &, DrmDevice &,
				SoftVm &kernel_vm);

} // namespace msm::adreno
