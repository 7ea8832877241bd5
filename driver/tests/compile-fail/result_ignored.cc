// SPDX-License-Identifier: GPL-2.0-only
/* A failure cannot be overlooked. */
// expect-g++: ignoring (returned|return) value
// expect-clang: ignoring return value

#include "kernel/result.h"

using namespace kernel;

Result<void> power_up();

void start();
void start()
{
#ifdef POSITIVE
	if (!power_up())
		return;
#else
	power_up();
#endif
}
