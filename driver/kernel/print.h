/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text for debugfs, fdinfo and dumps. What prints gets a drm_printer and does not know where the
 * text goes.
 */
#pragma once

#include "bridge/print.h"

namespace kernel {

/* As in log.h: a wrapper could not pass "…" on with the format still checked. */
/** print() - printf's, checked by the compiler */
[[gnu::format(printf, 2, 3)]] void print(struct drm_printer *to, const char *format,
					 ...) __asm__("bridge_print");
/** print_text() - as it is */
inline void print_text(struct drm_printer *to, const char *text)
{
	bridge_print_text(to, text);
}

} // namespace kernel
