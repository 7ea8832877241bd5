// SPDX-License-Identifier: GPL-2.0-only
/* A token never becomes a stronger one. */
// expect-g++: could not convert|cannot convert
// expect-clang: no viable conversion|no matching function

#include "kernel/contexts.h"

using namespace kernel;

void sleep_long(MayAlloc token);

void interrupt(Irq token, MayAlloc other);
void interrupt(Irq token, MayAlloc other)
{
#ifdef POSITIVE
	sleep_long(other);
#else
	sleep_long(token);
#endif
}
