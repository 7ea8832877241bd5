// SPDX-License-Identifier: GPL-2.0-only
/* The size of a kernel struct comes from the generated layout or not at all. */
// expect-g++: incomplete type|invalid use
// expect-clang: implicit instantiation of undefined template

#include "kernel/opaque.h"

using namespace kernel;

struct Object {
#ifdef POSITIVE
	Opaque<struct work_struct> storage;
#else
	Opaque<struct super_block> storage;
#endif
};

unsigned long size();
unsigned long size()
{
	return sizeof(Object);
}
