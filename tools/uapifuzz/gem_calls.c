// SPDX-License-Identifier: GPL-2.0-only
/* Buffers: GEM_NEW, GEM_INFO, CPU_PREP and CPU_FINI, MADVISE, GEM_CLOSE, and their mappings. */
#include "caller.h"

#include <string.h>
#include <sys/mman.h>

#include <drm/msm_drm.h>

static uint64_t pick_size(struct caller *caller)
{
	switch (pick(caller, 32)) {
	case 0:
		/* More than there is memory. */
		return 1ull << (34 + pick(caller, 30));
	case 1:
		return boundary(&caller->random) & 0xfffff;
	case 2:
		return (1 + pick(caller, 4)) << 20;
	default:
		return (1 + pick(caller, 16)) * PAGE_BYTES;
	}
}

static int gem_close(struct caller *caller, uint32_t handle)
{
	struct drm_gem_close request = {.handle = handle};

	return issue_on(caller->fd, DRM_IOCTL_GEM_CLOSE, &request);
}

/* Puts a handle where others find it, and closes the one that was there. */
static void keep_buffer(struct caller *caller, uint32_t handle)
{
	handle = atomic_exchange(&RANDOM_OF(&caller->random, caller->file->buffers), handle);
	if (handle > MEMORY)
		gem_close(caller, handle);
}

static int gem_new(struct caller *caller)
{
	static const struct field fields[] = {
		/* Absurd or next to nothing: what is in between would be taken from the others. */
		FIELD(drm_msm_gem_new, size, POINTER),
		FIELD(drm_msm_gem_new, flags, VALUE),
		FIELD(drm_msm_gem_new, handle, VALUE),
	};
	static const uint32_t caches[] = {MSM_BO_WC,
					  MSM_BO_WC,
					  MSM_BO_WC,
					  MSM_BO_WC,
					  MSM_BO_CACHED,
					  MSM_BO_CACHED,
					  MSM_BO_UNCACHED,
					  MSM_BO_CACHED_COHERENT,
					  0};
	struct drm_msm_gem_new request = {
		.size = pick_size(caller),
		.flags = RANDOM_OF(&caller->random, caches),
	};
	int ret;

	if (chance(caller, 4))
		request.flags |= pick(caller, 8);
	ret = ISSUE(caller, DRM_IOCTL_MSM_GEM_NEW, &request, fields);
	/* Nor does a spoilt call that is not told the handle keep the ground in its place. */
	if (!ret && request.handle > MEMORY)
		keep_buffer(caller, request.handle);
	return ret;
}

static int close_buffer(struct caller *caller)
{
	uint32_t handle = atomic_exchange(&RANDOM_OF(&caller->random, caller->file->buffers), 0);

	if (handle <= MEMORY)
		handle = pick_buffer(caller);
	return gem_close(caller, handle);
}

static int gem_info(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_gem_info, handle, HANDLE), FIELD(drm_msm_gem_info, info, VALUE),
		FIELD(drm_msm_gem_info, value, POINTER), FIELD(drm_msm_gem_info, len, VALUE),
		FIELD(drm_msm_gem_info, pad, VALUE),
	};
	struct drm_msm_gem_info request = {
		.handle = pick_buffer(caller),
		.info = pick(caller, MSM_INFO_GET_METADATA + 1),
	};
	unsigned char bytes[256];
	size_t length = pick(caller, 32);

	if (chance(caller, 4))
		length = pick(caller, sizeof(bytes));
	switch (request.info) {
	case MSM_INFO_SET_NAME:
	case MSM_INFO_SET_METADATA:
	case MSM_INFO_GET_NAME:
	case MSM_INFO_GET_METADATA:
		memset(bytes, pick(caller, 256), length);
		request.len = length;
		request.value =
			(uintptr_t)place_array(&caller->memory, &caller->random, bytes, length);
		break;
	case MSM_INFO_SET_IOVA:
		/* In the way of each other, of what the driver chose, and nowhere. */
		if (chance(caller, 2))
			request.value =
				caller->world->memory + (uint64_t)pick(caller, 64) * PAGE_BYTES;
		else if (chance(caller, 2))
			request.value = boundary(&caller->random);
		break;
	}
	return ISSUE(caller, DRM_IOCTL_MSM_GEM_INFO, &request, fields);
}

static struct drm_msm_timespec pick_timeout(struct caller *caller)
{
	int64_t ns = pick_deadline(caller);

	if (chance(caller, 16))
		return (struct drm_msm_timespec){boundary(&caller->random),
						 boundary(&caller->random)};
	return (struct drm_msm_timespec){ns / 1000000000, ns % 1000000000};
}

static int cpu_prep(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_gem_cpu_prep, handle, HANDLE),
		FIELD(drm_msm_gem_cpu_prep, op, VALUE),
		FIELD(drm_msm_gem_cpu_prep, timeout.tv_sec, VALUE),
		FIELD(drm_msm_gem_cpu_prep, timeout.tv_nsec, VALUE),
	};
	struct drm_msm_gem_cpu_prep request = {
		.handle = pick_buffer(caller),
		.op = pick(caller, 16),
		.timeout = pick_timeout(caller),
	};

	/* The ground is used by every job. */
	if (chance(caller, 4))
		request.handle = MEMORY;
	return ISSUE(caller, DRM_IOCTL_MSM_GEM_CPU_PREP, &request, fields);
}

static int cpu_fini(struct caller *caller)
{
	static const struct field fields[] = {FIELD(drm_msm_gem_cpu_fini, handle, HANDLE)};
	struct drm_msm_gem_cpu_fini request = {.handle = pick_buffer(caller)};

	return ISSUE(caller, DRM_IOCTL_MSM_GEM_CPU_FINI, &request, fields);
}

static int madvise_buffer(struct caller *caller)
{
	static const struct field fields[] = {
		FIELD(drm_msm_gem_madvise, handle, HANDLE),
		FIELD(drm_msm_gem_madvise, madv, VALUE),
		FIELD(drm_msm_gem_madvise, retained, VALUE),
	};
	struct drm_msm_gem_madvise request = {.handle = pick_buffer(caller),
					      .madv = pick(caller, 4) == 0};

	return ISSUE(caller, DRM_IOCTL_MSM_GEM_MADVISE, &request, fields);
}

/* Some pages of a buffer, mapped, looked at, partly unmapped, looked at again. */
static int map_buffer(struct caller *caller)
{
	static const int protections[] = {PROT_READ, PROT_WRITE, PROT_READ | PROT_WRITE,
					  PROT_READ | PROT_EXEC, PROT_NONE};
	struct drm_msm_gem_info info = {.handle = pick_buffer(caller), .info = MSM_INFO_GET_OFFSET};
	size_t bytes = (1 + pick(caller, 20)) * PAGE_BYTES, hole;
	int protection = RANDOM_OF(&caller->random, protections), ret;
	unsigned char *map;

	if (chance(caller, 2))
		protection = PROT_READ | PROT_WRITE;
	ret = issue_on(caller->fd, DRM_IOCTL_MSM_GEM_INFO, &info);
	if (ret)
		return ret;
	if (chance(caller, 8))
		info.value += (uint64_t)pick(caller, 32) * PAGE_BYTES;
	if (chance(caller, 32))
		info.value = boundary(&caller->random);
	map = mmap(NULL, bytes, protection, chance(caller, 8) ? MAP_PRIVATE : MAP_SHARED,
		   caller->fd, info.value);
	if (map == MAP_FAILED)
		return -errno;

	touch(map, bytes, protection & PROT_WRITE);
	hole = pick(caller, bytes / PAGE_BYTES) * PAGE_BYTES;
	munmap(map, hole);
	if (chance(caller, 8))
		madvise(map + hole, bytes - hole, MADV_DONTNEED);
	if (chance(caller, 16))
		mprotect(map + hole, bytes - hole, PROT_READ);
	if (chance(caller, 4) && caller->fd >= 0) {
		gem_close(caller, info.handle > MEMORY ? info.handle : 0);
		touch(map + hole, bytes - hole, false);
	}
	munmap(map + hole, bytes - hole);
	return 0;
}

const struct call gem_calls[] = {
	{"GEM_NEW", 30, true, gem_new},       {"GEM_CLOSE", 24, true, close_buffer},
	{"GEM_INFO", 90, true, gem_info},     {"GEM_CPU_PREP", 30, true, cpu_prep},
	{"GEM_CPU_FINI", 12, true, cpu_fini}, {"GEM_MADVISE", 30, true, madvise_buffer},
	{"mmap", 8, true, map_buffer},        {},
};
