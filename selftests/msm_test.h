/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests share: the device, ioctls that return -errno, and jobs made of PM4.
 *
 * The tests state what the ABI promises; they run on the kernel's own msm driver, the reference, as
 * well as on msmxx. Where the two differ on purpose a test asks is_msmxx() and says why; what a
 * driver does not have yet is asked for by has_vm_bind() and the like, never by its name.
 */
#pragma once

#include <drm/msm_drm.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096u

/* An address no process can have. */
#define BAD_ADDRESS 0xdead000000000000ull

/** test_ioctl() - 0 or what the ioctl returned, or -errno */
static inline int test_ioctl(int fd, unsigned long request, void *argument)
{
	int ret;

	do {
		ret = ioctl(fd, request, argument);
	} while (ret < 0 && (errno == EINTR || errno == EAGAIN));
	/* Only -1 is an errno: a driver may return nonsense that the C library passes on. */
	return ret == -1 ? -errno : ret;
}

/** write_text() - puts @text into the file at @path, as into one of the kernel's; 0 or -errno */
static inline int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

/*
 * The device.
 */

static inline bool is_driver(int fd, const char *driver)
{
	char name[32] = "";
	struct drm_version version = {.name = name, .name_len = sizeof(name) - 1};

	return !test_ioctl(fd, DRM_IOCTL_VERSION, &version) && !strcmp(name, driver);
}

/** open_msm() - a new file of the first render node whose driver is msm, -ENODEV if there is none
 */
static inline int open_msm(void)
{
	for (int minor = 128; minor < 192; minor++) {
		char path[32];
		int fd;

		snprintf(path, sizeof(path), "/dev/dri/renderD%d", minor);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (is_driver(fd, "msm"))
			return fd;
		close(fd);
	}
	return -ENODEV;
}

/** node_path() - of the node that @fd is an open file of; whether there was room for it */
static inline bool node_path(int fd, char path[32])
{
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, 31);
	path[length > 0 ? length : 0] = 0;
	return length > 0 && length < 31;
}

/** open_node() - a file, or -errno of open(2), of which open_msm() does not tell */
static inline int open_node(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/** is_msmxx() - whether the driver is ours rather than the kernel's own */
static inline bool is_msmxx(void)
{
	return access("/sys/module/msmxx", F_OK) == 0;
}

static inline int minor_version(int fd)
{
	struct drm_version version = {};

	return test_ioctl(fd, DRM_IOCTL_VERSION, &version) ? 0 : version.version_minor;
}

/** has_vm_bind() - whether the driver has what came with version 1.13 */
static inline bool has_vm_bind(int fd)
{
	return minor_version(fd) >= 13;
}

/** is_newer_upstream() - whether the driver is the kernel's own, and newer than Linux 6.12's */
static inline bool is_newer_upstream(int fd)
{
	return !is_msmxx() && has_vm_bind(fd);
}

/**
 * is_newer_than_6_12() - whether the driver has the flags and parameters that came after Linux 6.12
 *
 * msmxx has them, though it says 1.12 until it has VM_BIND too.
 */
static inline bool is_newer_than_6_12(int fd)
{
	return is_msmxx() || has_vm_bind(fd);
}

/** parse_revision() - how debugfs and dumps name the chip: up to Linux 6.12 by four numbers, then in hex */
static inline bool parse_revision(const char *line, unsigned int *gpu_id, uint32_t *chip_id)
{
	unsigned int core, major, minor, patch;

	if (sscanf(line, "revision: %u (%u.%u.%u.%u)", gpu_id, &core, &major, &minor, &patch) ==
	    5) {
		*chip_id = core << 24 | major << 16 | minor << 8 | patch;
		return true;
	}
	return sscanf(line, "revision: %u (%8x)", gpu_id, chip_id) == 2;
}

static inline bool has_timelines(int fd)
{
	struct drm_get_cap cap = {.capability = DRM_CAP_SYNCOBJ_TIMELINE};

	return !test_ioctl(fd, DRM_IOCTL_GET_CAP, &cap) && cap.value;
}

static inline int get_param(int fd, uint32_t param, uint64_t *value)
{
	struct drm_msm_param request = {.pipe = MSM_PIPE_3D0, .param = param};
	int ret = test_ioctl(fd, DRM_IOCTL_MSM_GET_PARAM, &request);

	*value = request.value;
	return ret;
}

static inline int set_param(int fd, uint32_t param, uint64_t value, uint32_t len)
{
	struct drm_msm_param request = {MSM_PIPE_3D0, param, value, len};

	return test_ioctl(fd, DRM_IOCTL_MSM_SET_PARAM, &request);
}

/**
 * open_client() - open_msm(), and what every client asks first; a file, or -errno
 *
 * Upstream makes the address space only then.
 */
static inline int open_client(void)
{
	int fd = open_msm();
	uint64_t chip;

	if (fd >= 0 && get_param(fd, MSM_PARAM_CHIP_ID, &chip)) {
		close(fd);
		return -EIO;
	}
	return fd;
}

/** sleeps_again() - whether the GPU has been suspended once more than @before says (SUSPENDS), within five seconds */
static inline bool sleeps_again(int fd, uint64_t before)
{
	uint64_t suspends = before;

	for (int i = 0; i < 100; i++) {
		if (get_param(fd, MSM_PARAM_SUSPENDS, &suspends))
			return false;
		if (suspends > before)
			return true;
		usleep(50000);
	}
	return false;
}

/** open_again() - after the driver came back: the node appears a little after the device */
static inline int open_again(void)
{
	int fd = open_msm();

	for (int i = 0; i < 50 && fd < 0; i++) {
		usleep(100000);
		fd = open_msm();
	}
	return fd;
}

/*
 * Time. Timeouts of the ABI are absolute times of CLOCK_MONOTONIC.
 */

static inline struct drm_msm_timespec in_ms(long ms)
{
	struct timespec now;
	long ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = now.tv_nsec + ms % 1000 * 1000000;
	return (struct drm_msm_timespec){now.tv_sec + ms / 1000 + ns / 1000000000, ns % 1000000000};
}

static inline long now_ms(void)
{
	struct drm_msm_timespec now = in_ms(0);

	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/*
 * Buffers.
 */

static inline int gem_new(int fd, uint64_t size, uint32_t flags, uint32_t *handle)
{
	struct drm_msm_gem_new request = {.size = size, .flags = flags};
	int ret = test_ioctl(fd, DRM_IOCTL_MSM_GEM_NEW, &request);

	*handle = request.handle;
	return ret;
}

static inline int gem_close(int fd, uint32_t handle)
{
	struct drm_gem_close request = {.handle = handle};

	return test_ioctl(fd, DRM_IOCTL_GEM_CLOSE, &request);
}

static inline int gem_info(int fd, uint32_t handle, uint32_t info, uint64_t *value)
{
	struct drm_msm_gem_info request = {.handle = handle, .info = info, .value = *value};
	int ret = test_ioctl(fd, DRM_IOCTL_MSM_GEM_INFO, &request);

	*value = request.value;
	return ret;
}

static inline int cpu_prep(int fd, uint32_t handle, uint32_t op, struct drm_msm_timespec timeout)
{
	struct drm_msm_gem_cpu_prep request = {handle, op, timeout};

	return test_ioctl(fd, DRM_IOCTL_MSM_GEM_CPU_PREP, &request);
}

static inline int cpu_fini(int fd, uint32_t handle)
{
	struct drm_msm_gem_cpu_fini request = {handle};

	return test_ioctl(fd, DRM_IOCTL_MSM_GEM_CPU_FINI, &request);
}

/** struct buffer - GPU memory the CPU sees */
struct buffer {
	uint32_t handle;
	uint32_t flags;
	uint64_t iova;
	volatile uint32_t *map;
	uint64_t size;
};

/** make_buffer() - 0 or -errno of the first thing that failed; the memory is cleared */
static inline int make_buffer(int fd, uint64_t size, uint32_t flags, struct buffer *buffer)
{
	uint64_t offset = 0;
	void *map;
	int ret;

	*buffer = (struct buffer){.flags = flags, .size = size};
	ret = gem_new(fd, size, flags, &buffer->handle);
	if (!ret)
		ret = gem_info(fd, buffer->handle, MSM_INFO_GET_IOVA, &buffer->iova);
	if (!ret)
		ret = gem_info(fd, buffer->handle, MSM_INFO_GET_OFFSET, &offset);
	if (ret)
		return ret;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, offset);
	if (map == MAP_FAILED)
		return -errno;
	buffer->map = map;
	for (uint64_t i = 0; i < size / 4; i++)
		buffer->map[i] = 0;
	return 0;
}

/** prime_export() - a dma-buf of @handle that can be written, or -errno */
static inline int prime_export(int fd, uint32_t handle)
{
	struct drm_prime_handle request = {.handle = handle, .flags = DRM_CLOEXEC | DRM_RDWR};
	int ret = test_ioctl(fd, DRM_IOCTL_PRIME_HANDLE_TO_FD, &request);

	return ret ? ret : request.fd;
}

static inline int prime_import(int fd, int dma_buf, uint32_t *handle)
{
	struct drm_prime_handle request = {.fd = dma_buf};
	int ret = test_ioctl(fd, DRM_IOCTL_PRIME_FD_TO_HANDLE, &request);

	*handle = request.handle;
	return ret;
}

/*
 * Queues and fences.
 */

static inline int queue_new(int fd, uint32_t prio, uint32_t flags, uint32_t *id)
{
	struct drm_msm_submitqueue request = {.flags = flags, .prio = prio};
	int ret = test_ioctl(fd, DRM_IOCTL_MSM_SUBMITQUEUE_NEW, &request);

	*id = request.id;
	return ret;
}

static inline int queue_close(int fd, uint32_t id)
{
	return test_ioctl(fd, DRM_IOCTL_MSM_SUBMITQUEUE_CLOSE, &id);
}

static inline int queue_faults(int fd, uint32_t id, uint32_t *faults)
{
	struct drm_msm_submitqueue_query request = {.data = (uintptr_t)faults,
						    .id = id,
						    .param = MSM_SUBMITQUEUE_PARAM_FAULTS,
						    .len = sizeof(*faults)};

	return test_ioctl(fd, DRM_IOCTL_MSM_SUBMITQUEUE_QUERY, &request);
}

static inline int wait_fence(int fd, uint32_t queue, uint32_t fence, long ms)
{
	struct drm_msm_wait_fence request = {
		.fence = fence, .timeout = in_ms(ms), .queueid = queue};

	return test_ioctl(fd, DRM_IOCTL_MSM_WAIT_FENCE, &request);
}

/** fence_fd_signalled() - 1 if it has within @ms, 0 if not, or -errno */
static inline int fence_fd_signalled(int fence, int ms)
{
	struct pollfd fds = {.fd = fence, .events = POLLIN};
	int ret = poll(&fds, 1, ms);

	return ret < 0 ? -errno : ret;
}

/** syncobj_new() - a binary syncobj, empty or @signalled; 0 or -errno */
static inline int syncobj_new(int fd, bool signalled, uint32_t *handle)
{
	struct drm_syncobj_create request = {.flags = signalled ? DRM_SYNCOBJ_CREATE_SIGNALED : 0};
	int ret = test_ioctl(fd, DRM_IOCTL_SYNCOBJ_CREATE, &request);

	*handle = request.handle;
	return ret;
}
