// SPDX-License-Identifier: GPL-2.0-only
#include <kunit/test.h>

#include "bridge/kunit.h"

void bridge_kunit_fail(struct kunit *test, const char *file, int line, const char *format, ...)
{
	const struct kunit_loc where = {.file = file, .line = line};
	const struct kunit_fail_assert nothing = {};
	struct va_format message = {.fmt = format};
	va_list arguments;

	va_start(arguments, format);
	message.va = &arguments;
	__kunit_do_failed_assertion(test, &where, KUNIT_EXPECTATION, &nothing.assert,
				    kunit_fail_assert_format, "%pV", &message);
	va_end(arguments);
}

void bridge_kunit_skip(struct kunit *test, const char *reason)
{
	kunit_mark_skipped(test, "%s", reason);
}
