/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How msmsubmit fails: one line on stderr and an exit status that tells which kind of failure it
 * was. Everything that cannot go on throws a Failure; main() prints it.
 */
#pragma once

#include <stdexcept>
#include <string>

/**
 * enum class Exit - exit statuses of msmsubmit, a contract with scripts
 */
enum class Exit : int {
	/** @Success: everything ran and every check passed */
	Success = 0,
	/** @CheckFailed: the GPU ran the stream, but memory does not hold what the stream expects
	 */
	CheckFailed = 1,
	/** @Usage: wrong command line */
	Usage = 2,
	/** @BadStream: a stream file that cannot be read or parsed; the message has
	   file:line:column */
	BadStream = 3,
	/** @NoDevice: no DRM render node whose driver is msm, or the given one is not */
	NoDevice = 4,
	/** @IoctlFailed: the kernel refused something; the message names the ioctl and the errno */
	IoctlFailed = 5,
	/** @Timeout: a fence did not signal in time */
	Timeout = 6,
};

/**
 * class Failure - the one exception: a message of one line and the status to exit with
 */
class Failure : public std::runtime_error {
public:
	Failure(Exit status, const std::string &message)
		: std::runtime_error(message), status_(status)
	{
	}

	Exit status() const { return status_; }

private:
	Exit status_;
};

/**
 * errno_name() - "EINVAL" for EINVAL; the number in decimal for one the C library has no name for
 */
std::string errno_name(int error);

/**
 * ioctl_failure() - what to throw when the kernel refused @what with errno @error
 */
Failure ioctl_failure(const std::string &what, int error);
