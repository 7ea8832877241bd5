/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that a process chose, in texts of which each line has its meaning. */
#pragma once

#include <cstddef>

#include "kernel/user.h"

namespace msm::debug {

/** struct Printable - a copy of a name, with a '?' for what is not printable; cut at 31 characters */
struct Printable {
	explicit Printable(const char *name)
	{
		for (size_t i = 0; i < sizeof(text) - 1 && name[i]; i++)
			text[i] = kernel::is_printable(name[i]) ? name[i] : '?';
	}

	char text[32] = {};
};

} // namespace msm::debug
