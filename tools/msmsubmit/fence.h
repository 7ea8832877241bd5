/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

#include "file_descriptor.h"

/**
 * merge_fences() - a fence fd that signals when @first and @second have; either may be none
 *
 * Throws IoctlFailed.
 */
FileDescriptor merge_fences(const FileDescriptor &first, const FileDescriptor &second);
