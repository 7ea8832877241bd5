/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device layer: a DRM file of the msm driver and what is made through it. Each object owns its
 * kernel counterpart and gives it back in its destructor. Calls that may be refused as part of
 * normal use return the errno; the others throw a Failure that names the ioctl.
 */
#pragma once

#include "file_descriptor.h"

#include <drm/msm_drm.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

/** Deadline - a time of CLOCK_MONOTONIC, which is what the driver's timeouts are measured with */
using Deadline = std::chrono::steady_clock::time_point;

/** to_timespec() - @deadline as the driver wants it */
drm_msm_timespec to_timespec(Deadline deadline);

/**
 * struct DriverVersion - what DRM_IOCTL_VERSION answers
 */
struct DriverVersion {
	std::string name;
	int major;
	int minor;
	int patchlevel;
	std::string description;
};

/**
 * class Device - an open render node of the msm driver; one GPU context
 */
class Device {
public:
	/**
	 * open() - opens @path, or the first render node whose driver is "msm"
	 *
	 * Throws NoDevice when there is none or @path is another driver's.
	 */
	static Device open(const std::optional<std::string> &path);

	const std::string &path() const { return path_; }
	const DriverVersion &version() const { return version_; }
	int fd() const { return fd_.get(); }

	/** get_param() - a parameter's value, or the errno the driver gave */
	std::expected<uint64_t, int> get_param(uint32_t param) const;

	/**
	 * submit() - GEM_SUBMIT; fills in what the driver answers
	 *
	 * Throws IoctlFailed, whose message begins with @what.
	 */
	void submit(drm_msm_gem_submit &request, const std::string &what) const;

	/**
	 * wait_fence() - waits for fence number @fence of queue @queue until @deadline
	 *
	 * Returns 0 or the errno, ETIMEDOUT when it has not signalled.
	 */
	int wait_fence(uint32_t queue, uint32_t fence, Deadline deadline) const;

	/** create_syncobj() - a new syncobj without a fence; throws IoctlFailed */
	uint32_t create_syncobj() const;

	/** create_queue() - a new submitqueue's id, or the errno */
	std::expected<uint32_t, int> create_queue(uint32_t priority) const;

	/** close_queue() - gives a submitqueue up; 0 or the errno */
	int close_queue(uint32_t id) const;

	/** queue_faults() - how many hangs a queue's jobs caused, or the errno */
	std::expected<uint32_t, int> queue_faults(uint32_t id) const;

private:
	Device(FileDescriptor fd, std::string path, DriverVersion version)
		: fd_(std::move(fd)), path_(std::move(path)), version_(std::move(version))
	{
	}

	FileDescriptor fd_;
	std::string path_;
	DriverVersion version_;
};
