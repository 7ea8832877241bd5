/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's log, and warnings with a stack trace. */
#ifndef MSMXX_BRIDGE_LOG_H
#define MSMXX_BRIDGE_LOG_H

#include "bridge/types.h"

struct device;

BRIDGE_BEGIN

__attribute__((format(printf, 2, 3))) void bridge_log_error(struct device *device,
							    const char *format, ...);
__attribute__((format(printf, 2, 3))) void bridge_log_warning(struct device *device,
							      const char *format, ...);
__attribute__((format(printf, 2, 3))) void bridge_log_info(struct device *device,
							   const char *format, ...);
/* For what userspace can provoke at will: at most ten lines in five seconds. */
__attribute__((format(printf, 2, 3))) void bridge_log_error_ratelimited(struct device *device,
									const char *format, ...);

/* The same with a limit of its own, for what comes in thousands: it must not use up that of the others. */
__attribute__((format(printf, 2, 3))) void bridge_log_fault_ratelimited(struct device *device,
									const char *format, ...);

/* The splat of a WARN(), with the caller's place. */
void bridge_warn(const char *file, u32 line, const char *what);
__attribute__((noreturn)) void bridge_bug(const char *file, u32 line, const char *what);

BRIDGE_END

#endif
