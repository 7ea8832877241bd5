/* SPDX-License-Identifier: GPL-2.0-only */
#include "failure.h"

#include <cstring>
#include <format>

std::string errno_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : std::to_string(error);
}

Failure ioctl_failure(const std::string &what, int error)
{
	return Failure(Exit::IoctlFailed,
		       std::format("{}: {} ({})", what, errno_name(error), strerror(error)));
}
