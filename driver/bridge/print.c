// SPDX-License-Identifier: GPL-2.0-only
#include <linux/stdarg.h>
#include <linux/vmalloc.h>

#include <drm/drm_print.h>

#include "bridge/print.h"

void bridge_print(struct drm_printer *to, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	drm_vprintf(to, format, &arguments);
	va_end(arguments);
}

void bridge_print_text(struct drm_printer *to, const char *text)
{
	drm_puts(to, text);
}

char *bridge_print_to_memory(void (*print)(void *data, struct drm_printer *to), void *data,
			     size_t *size)
{
	struct drm_print_iterator pass = {.remain = SSIZE_MAX};
	struct drm_printer printer = drm_coredump_printer(&pass);
	char *text;

	print(data, &printer);
	*size = pass.offset;

	/* What prints last puts a NUL behind it. */
	text = __vmalloc(*size + 1, GFP_KERNEL | __GFP_NOWARN);
	if (!text)
		return NULL;
	pass = (struct drm_print_iterator){.data = text, .remain = *size + 1};
	print(data, &printer);
	text[*size] = 0;
	return text;
}
