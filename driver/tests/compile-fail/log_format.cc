// SPDX-License-Identifier: GPL-2.0-only
/* Formats are checked. */
// expect-g++: format
// expect-clang: format

#include "kernel/log.h"

using namespace kernel;

void report(struct device *device, u64 address);
void report(struct device *device, u64 address)
{
#ifdef POSITIVE
	log_error(device, "fault at %llx", address);
#else
	log_error(device, "fault at %s", address);
#endif
}
