/* SPDX-License-Identifier: GPL-2.0-only */
#include "fence.h"

#include "failure.h"

#include <linux/sync_file.h>
#include <xf86drm.h>

#include <cerrno>
#include <string_view>

FileDescriptor merge_fences(const FileDescriptor &first, const FileDescriptor &second)
{
	const FileDescriptor &one = first ? first : second;
	const FileDescriptor &other = second ? second : first;
	sync_merge_data request = {};

	if (!one)
		return FileDescriptor();
	std::string_view("msmsubmit").copy(request.name, sizeof(request.name) - 1);
	request.fd2 = other.get();
	if (drmIoctl(one.get(), SYNC_IOC_MERGE, &request))
		throw ioctl_failure("SYNC_IOC_MERGE", errno);
	return FileDescriptor(request.fence);
}
