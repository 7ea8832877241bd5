// SPDX-License-Identifier: GPL-2.0-only
/* Constructors of statics do not run on stock kernels. */
// expect-clang: declaration requires a global constructor

#include "kernel/types.h"

using namespace kernel;

int first_value();

struct Counter {
#ifdef POSITIVE
	constexpr
#endif
		Counter()
		: value(0)
	{
	}
#ifndef POSITIVE
	explicit Counter(int start) : value(start) {}
#endif
	int value;
};

#ifdef POSITIVE
constinit Counter counter;
#else
Counter counter(first_value());
#endif
