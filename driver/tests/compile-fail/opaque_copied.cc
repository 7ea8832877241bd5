// SPDX-License-Identifier: GPL-2.0-only
/* A kernel struct inside a C++ object is neither copied nor moved. */
// expect-g++: use of deleted function
// expect-clang: call to deleted constructor

#include "kernel/opaque.h"

using namespace kernel;

void take(Opaque<struct work_struct> &copy);

void pass(Opaque<struct work_struct> &original);
void pass(Opaque<struct work_struct> &original)
{
#ifdef POSITIVE
	take(original);
#else
	Opaque<struct work_struct> copy(original);
	take(copy);
#endif
}
