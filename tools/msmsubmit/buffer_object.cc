/* SPDX-License-Identifier: GPL-2.0-only */
#include "buffer_object.h"

#include "failure.h"

#include <sys/mman.h>
#include <xf86drm.h>

#include <cerrno>
#include <utility>

BufferObject::BufferObject(const Device &device, const std::string &name, uint64_t size,
			   uint32_t flags)
	: device_(&device), name_(name), size_(size)
{
	drm_msm_gem_new request = {};

	request.size = size;
	request.flags = flags;
	if (drmIoctl(device.fd(), DRM_IOCTL_MSM_GEM_NEW, &request))
		throw ioctl_failure(name + ": GEM_NEW", errno);
	handle_ = request.handle;

	try {
		iova_ = query(MSM_INFO_GET_IOVA, "GEM_INFO(GET_IOVA)");
		void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, device.fd(),
				    query(MSM_INFO_GET_OFFSET, "GEM_INFO(GET_OFFSET)"));
		if (memory == MAP_FAILED)
			throw ioctl_failure(name + ": mmap", errno);
		words_ = static_cast<volatile uint32_t *>(memory);
	} catch (const Failure &) {
		drmCloseBufferHandle(device.fd(), handle_);
		throw;
	}
}

BufferObject::BufferObject(BufferObject &&other) noexcept
	: device_(other.device_), name_(std::move(other.name_)), size_(other.size_),
	  handle_(std::exchange(other.handle_, 0)), iova_(other.iova_),
	  words_(std::exchange(other.words_, nullptr))
{
}

BufferObject::~BufferObject()
{
	if (words_)
		munmap(const_cast<uint32_t *>(words_), size_);
	if (handle_)
		drmCloseBufferHandle(device_->fd(), handle_);
}

int BufferObject::wait_idle(Deadline deadline) const
{
	drm_msm_gem_cpu_prep request = {};

	request.handle = handle_;
	request.op = MSM_PREP_READ;
	request.timeout = to_timespec(deadline);
	if (drmIoctl(device_->fd(), DRM_IOCTL_MSM_GEM_CPU_PREP, &request))
		return errno;

	drm_msm_gem_cpu_fini finished = {handle_};
	return drmIoctl(device_->fd(), DRM_IOCTL_MSM_GEM_CPU_FINI, &finished) ? errno : 0;
}

uint64_t BufferObject::query(uint32_t info, const std::string &what) const
{
	drm_msm_gem_info request = {};

	request.handle = handle_;
	request.info = info;
	if (drmIoctl(device_->fd(), DRM_IOCTL_MSM_GEM_INFO, &request))
		throw ioctl_failure(name_ + ": " + what, errno);
	return request.value;
}
