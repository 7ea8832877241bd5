// SPDX-License-Identifier: GPL-2.0-only
/* The signalling path cannot allocate. */
// expect-g++: could not convert|cannot convert|no matching function
// expect-clang: no matching function|no viable conversion

#include "kernel/alloc.h"

using namespace kernel;

#ifdef POSITIVE
using Context = MayAlloc;
#else
using Context = Signalling;
#endif

bool allocate(Context token);
bool allocate(Context token)
{
	return make<int>(token).has_value();
}
