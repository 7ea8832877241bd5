/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One line in the kernel's log, with the device's name before it; formats are printf's, checked by
 * the compiler. A null device is fine. No newline at the end.
 */
#pragma once

#include <source_location>

#include "bridge/log.h"

namespace kernel {

/*
 * The bridge's functions under the driver's names: a wrapper could not pass "…" on with the format
 * still checked.
 */
[[gnu::format(printf, 2, 3)]] void log_error(struct ::device *device, const char *format,
					     ...) __asm__("bridge_log_error");
[[gnu::format(printf, 2, 3)]] void log_warning(struct ::device *device, const char *format,
					       ...) __asm__("bridge_log_warning");
[[gnu::format(printf, 2, 3)]] void log_info(struct ::device *device, const char *format,
					    ...) __asm__("bridge_log_info");
/** log_error_ratelimited() - For what userspace can provoke at will. */
[[gnu::format(printf, 2, 3)]] void log_error_ratelimited(
	struct ::device *device, const char *format, ...) __asm__("bridge_log_error_ratelimited");
/** log_fault_ratelimited() - For page faults, of which a job can have thousands: apart from the rest. */
[[gnu::format(printf, 2, 3)]] void log_fault_ratelimited(
	struct ::device *device, const char *format, ...) __asm__("bridge_log_fault_ratelimited");

/**
 * warn_on() - A stack trace in the log when @wrong: for what must not be, but can be survived
 *
 * Return: @wrong, so that it stands in an if.
 */
inline bool warn_on(bool wrong, const char *what,
		    std::source_location where = std::source_location::current())
{
	if (wrong) [[unlikely]]
		bridge_warn(where.file_name(), where.line(), what);
	return wrong;
}

/** bug_on() - Stops the thread when @wrong: going on would corrupt memory. */
inline void bug_on(bool wrong, const char *what,
		   std::source_location where = std::source_location::current())
{
	if (wrong) [[unlikely]]
		bridge_bug(where.file_name(), where.line(), what);
}

} // namespace kernel
