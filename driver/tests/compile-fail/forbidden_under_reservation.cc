// SPDX-License-Identifier: GPL-2.0-only
/* Under a reservation, where page faults are excluded, user memory cannot be touched. */
// mistakes: COPY
// expect-g++: could not convert|cannot convert|no matching function|class template argument deduction failed
// expect-clang: no matching (function|constructor|member function)|no viable (conversion|constructor)

#include "kernel/user.h"

using namespace kernel;
using namespace msm;

#ifdef POSITIVE
using Context = MayFault;
#else
using Context = MayAlloc;
#endif

void call(Context token, u64 address);
void call(Context token, u64 address)
{
#if defined(POSITIVE) || defined(COPY)
	(void)copy_in<u32>(token, address);
#endif
}
