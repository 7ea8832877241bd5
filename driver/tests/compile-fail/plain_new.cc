// SPDX-License-Identifier: GPL-2.0-only
/* Plain new would throw. */
// expect-g++: use kernel::make

#include "kernel/alloc.h"

using namespace kernel;

struct Object {
	explicit Object(int value) : value(value) {}
	int value;
};

Object *create(MayAlloc token);
Object *create(MayAlloc token)
{
#ifdef POSITIVE
	return new (Gfp::kernel(token)) Object(1);
#else
	return new Object(1);
#endif
}
