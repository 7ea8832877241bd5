// SPDX-License-Identifier: GPL-2.0-only
/* Under a reservation, where page faults are excluded, user memory cannot be touched. */
// expect-g++: could not convert|cannot convert|no matching function
// expect-clang: no matching function|no viable conversion

#include "kernel/user.h"

using namespace kernel;

#ifdef POSITIVE
using Context = MayFault;
#else
using Context = MayAlloc;
#endif

Result<u32> read_word(Context token, u64 address);
Result<u32> read_word(Context token, u64 address)
{
	return copy_in<u32>(token, address);
}
