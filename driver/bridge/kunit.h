/* SPDX-License-Identifier: GPL-2.0-only */
/* KUnit: what a test may tell it. The suites' own structs are mirrored in tests/kunit.h. */
#ifndef MSMXX_BRIDGE_KUNIT_H
#define MSMXX_BRIDGE_KUNIT_H

#include "bridge/types.h"

struct kunit;

BRIDGE_BEGIN

/*
 * Marks the test failed; it goes on. Never kunit_abort(): the thread would end without running
 * destructors.
 */
__attribute__((format(printf, 4, 5))) void bridge_kunit_fail(struct kunit *test, const char *file,
							     int line, const char *format, ...);
void bridge_kunit_skip(struct kunit *test, const char *reason);

BRIDGE_END

#endif
