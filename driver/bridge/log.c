// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bug.h>
#include <linux/dev_printk.h>
#include <linux/device.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>
#include <linux/stdarg.h>

#include "bridge/log.h"

#define DEFINE_LOG(name, print, print_plain)                             \
	void name(struct device *device, const char *format, ...)        \
	{                                                                \
		struct va_format message = {.fmt = format};              \
		va_list arguments;                                       \
                                                                         \
		va_start(arguments, format);                             \
		message.va = &arguments;                                 \
		if (device)                                              \
			print(device, "%pV\n", &message);                \
		else                                                     \
			print_plain(KBUILD_MODNAME ": %pV\n", &message); \
		va_end(arguments);                                       \
	}

DEFINE_LOG(bridge_log_error, dev_err, pr_err)
DEFINE_LOG(bridge_log_warning, dev_warn, pr_warn)
DEFINE_LOG(bridge_log_info, dev_info, pr_info)
/* The limits are the functions' own. */
DEFINE_LOG(bridge_log_error_ratelimited, dev_err_ratelimited, pr_err_ratelimited)
DEFINE_LOG(bridge_log_fault_ratelimited, dev_err_ratelimited, pr_err_ratelimited)

void bridge_warn(const char *file, u32 line, const char *what)
{
	WARN(1, "%s:%u: %s\n", file, line, what);
}

void bridge_bug(const char *file, u32 line, const char *what)
{
	pr_emerg("%s:%u: %s\n", file, line, what);
	BUG();
}
