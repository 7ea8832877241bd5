/* SPDX-License-Identifier: GPL-2.0-only */
/* Text for whoever reads it: debugfs, fdinfo, a dump; a drm_printer hides which. May sleep. */
#ifndef MSMXX_BRIDGE_PRINT_H
#define MSMXX_BRIDGE_PRINT_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct drm_printer;

__attribute__((format(printf, 2, 3))) void bridge_print(struct drm_printer *to, const char *format,
							...);
void bridge_print_text(struct drm_printer *to, const char *text);

/*
 * The text that @print makes, NUL-terminated, in vmalloc memory; NULL without memory. @print is
 * called twice and must print the same both times. *size is without the NUL.
 */
char *bridge_print_to_memory(void (*print)(void *data, struct drm_printer *to), void *data,
			     size_t *size);

BRIDGE_END

#endif
