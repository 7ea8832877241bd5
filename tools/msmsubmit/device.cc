/* SPDX-License-Identifier: GPL-2.0-only */
#include "device.h"

#include "failure.h"

#include <fcntl.h>
#include <xf86drm.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <format>
#include <memory>

namespace {

std::optional<DriverVersion> query_version(int fd)
{
	std::unique_ptr<drmVersion, decltype(&drmFreeVersion)> version(drmGetVersion(fd),
								       drmFreeVersion);

	if (!version)
		return std::nullopt;
	return DriverVersion{version->name, version->version_major, version->version_minor,
			     version->version_patchlevel, version->desc};
}

/* The render nodes of this machine, in the kernel's order. */
std::vector<std::string> render_nodes()
{
	std::array<drmDevicePtr, 64> devices;
	std::vector<std::string> paths;
	int count = drmGetDevices2(0, devices.data(), devices.size());

	if (count <= 0)
		return paths;
	for (int i = 0; i < count; i++) {
		if (devices[i]->available_nodes & (1 << DRM_NODE_RENDER))
			paths.emplace_back(devices[i]->nodes[DRM_NODE_RENDER]);
	}
	drmFreeDevices(devices.data(), count);
	return paths;
}

} // namespace

drm_msm_timespec to_timespec(Deadline deadline)
{
	auto since_boot = deadline.time_since_epoch();
	auto seconds = std::chrono::floor<std::chrono::seconds>(since_boot);
	std::chrono::nanoseconds rest = since_boot - seconds;

	return {seconds.count(), rest.count()};
}

Device Device::open(const std::optional<std::string> &path)
{
	std::string tried;

	for (const std::string &node : path ? std::vector{*path} : render_nodes()) {
		FileDescriptor fd(::open(node.c_str(), O_RDWR | O_CLOEXEC));

		if (!fd) {
			tried += std::format("; {}: {}", node, strerror(errno));
			continue;
		}
		auto version = query_version(fd.get());
		if (version && version->name == "msm")
			return Device(std::move(fd), node, std::move(*version));
		tried += std::format("; {}: {}", node,
				     version ? "driver is " + version->name : "not a DRM device");
	}
	throw Failure(Exit::NoDevice, "no device of the msm driver" + tried);
}

std::expected<uint64_t, int> Device::get_param(uint32_t param) const
{
	drm_msm_param request = {};

	request.pipe = MSM_PIPE_3D0;
	request.param = param;
	if (drmIoctl(fd(), DRM_IOCTL_MSM_GET_PARAM, &request))
		return std::unexpected(errno);
	return request.value;
}

std::expected<uint32_t, int> Device::create_queue(uint32_t priority) const
{
	drm_msm_submitqueue request = {};

	request.prio = priority;
	if (drmIoctl(fd(), DRM_IOCTL_MSM_SUBMITQUEUE_NEW, &request))
		return std::unexpected(errno);
	return request.id;
}

int Device::close_queue(uint32_t id) const
{
	return drmIoctl(fd(), DRM_IOCTL_MSM_SUBMITQUEUE_CLOSE, &id) ? errno : 0;
}

std::expected<uint32_t, int> Device::queue_faults(uint32_t id) const
{
	uint32_t faults = 0;
	drm_msm_submitqueue_query request = {};

	request.data = reinterpret_cast<uintptr_t>(&faults);
	request.id = id;
	request.param = MSM_SUBMITQUEUE_PARAM_FAULTS;
	request.len = sizeof(faults);
	if (drmIoctl(fd(), DRM_IOCTL_MSM_SUBMITQUEUE_QUERY, &request))
		return std::unexpected(errno);
	return faults;
}

void Device::submit(drm_msm_gem_submit &request, const std::string &what) const
{
	if (drmIoctl(fd(), DRM_IOCTL_MSM_GEM_SUBMIT, &request))
		throw ioctl_failure(what + ": GEM_SUBMIT", errno);
}

int Device::wait_fence(uint32_t queue, uint32_t fence, Deadline deadline) const
{
	drm_msm_wait_fence request = {};

	request.fence = fence;
	request.queueid = queue;
	request.timeout = to_timespec(deadline);
	return drmIoctl(fd(), DRM_IOCTL_MSM_WAIT_FENCE, &request) ? errno : 0;
}

uint32_t Device::create_syncobj() const
{
	uint32_t handle;

	if (drmSyncobjCreate(fd(), 0, &handle))
		throw ioctl_failure("SYNCOBJ_CREATE", errno);
	return handle;
}
