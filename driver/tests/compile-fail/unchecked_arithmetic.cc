// SPDX-License-Identifier: GPL-2.0-only
/* A sum of userspace's numbers is not a number before it is checked. */
// expect-g++: cannot convert
// expect-clang: no viable conversion

#include "kernel/checked.h"

using namespace kernel;

u64 end_of(u64 offset, u64 size);
u64 end_of(u64 offset, u64 size)
{
#ifdef POSITIVE
	auto end = (Checked<u64>(offset) + size).get();

	return end ? *end : 0;
#else
	return Checked<u64>(offset) + size;
#endif
}
