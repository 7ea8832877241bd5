// SPDX-License-Identifier: GPL-2.0-only
/* Only the entry points make tokens. */
// expect-g++: is private within this context
// expect-clang: calling a private constructor

#include "kernel/contexts.h"

using namespace kernel;

MayAlloc obtain(MayAlloc token);
MayAlloc obtain(MayAlloc token)
{
#ifdef POSITIVE
	return token;
#else
	return MayAlloc();
#endif
}
