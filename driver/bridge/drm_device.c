// SPDX-License-Identifier: GPL-2.0-only
#include "bridge/features.h"

#include <linux/fs.h>
#include <linux/module.h>

#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_ioctl.h>

#include "bridge/debugfs.h"
#include "bridge/drm_device.h"
#include "bridge/gem.h"
#include "entry_points.h"
#include "drm/msm_drm.h"

static int open_file(struct drm_device *dev, struct drm_file *file)
{
	int idx, ret;

	if (!drm_dev_enter(dev, &idx))
		return -ENODEV;
	ret = msmxx_open(dev->dev_private, file);
	drm_dev_exit(idx);
	return ret;
}

static void postclose(struct drm_device *dev, struct drm_file *file)
{
	msmxx_postclose(dev->dev_private, file);
}

static void release(struct drm_device *dev)
{
	msmxx_release(dev->dev_private);
}

static void show_fdinfo(struct drm_printer *printer, struct drm_file *file)
{
	msmxx_show_fdinfo(file, printer);
	drm_show_memory_stats(printer, file);
}

static const struct drm_ioctl_desc ioctls[] = {
	DRM_IOCTL_DEF_DRV(MSM_GET_PARAM, msmxx_ioctl_get_param, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_SET_PARAM, msmxx_ioctl_set_param, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_GEM_NEW, msmxx_ioctl_gem_new, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_GEM_INFO, msmxx_ioctl_gem_info, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_GEM_CPU_PREP, msmxx_ioctl_gem_cpu_prep, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_GEM_CPU_FINI, msmxx_ioctl_gem_cpu_fini, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_GEM_SUBMIT, msmxx_ioctl_gem_submit, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_GEM_MADVISE, msmxx_ioctl_gem_madvise, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_WAIT_FENCE, msmxx_ioctl_wait_fence, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_SUBMITQUEUE_NEW, msmxx_ioctl_submitqueue_new, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_SUBMITQUEUE_CLOSE, msmxx_ioctl_submitqueue_close, DRM_RENDER_ALLOW),
	DRM_IOCTL_DEF_DRV(MSM_SUBMITQUEUE_QUERY, msmxx_ioctl_submitqueue_query, DRM_RENDER_ALLOW),
};

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = drm_open,
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
	.compat_ioctl = drm_ioctl,
	.poll = drm_poll,
	.read = drm_read,
	.llseek = noop_llseek,
	.mmap = drm_gem_mmap,
	.show_fdinfo = drm_show_fdinfo,
	.fop_flags = FOP_UNSIGNED_OFFSET,
};

static const struct drm_driver driver = {
	.driver_features = DRIVER_GEM | DRIVER_RENDER | DRIVER_SYNCOBJ | DRIVER_SYNCOBJ_TIMELINE,
	.open = open_file,
	.postclose = postclose,
	.release = release,
	.show_fdinfo = show_fdinfo,
#ifdef CONFIG_DEBUG_FS
	.debugfs_init = bridge_debugfs_init,
#endif
	.ioctls = ioctls,
	.num_ioctls = ARRAY_SIZE(ioctls),
	.fops = &fops,
	.gem_prime_import_sg_table = bridge_gem_import,
	/* The name that clients look for. */
	.name = "msm",
	.desc = "Qualcomm Adreno GPUs",
#ifdef HAVE_drm_driver_date
	.date = "20261120",
#endif
	.major = 1,
	/* 1.13 would promise VM_BIND. */
	.minor = 12,
};

int bridge_drm_device_create(struct device *parent, void *owner, struct drm_device **result)
{
	struct drm_device *dev = drm_dev_alloc(&driver, parent);

	if (IS_ERR(dev))
		return PTR_ERR(dev);
	dev->dev_private = owner;
	*result = dev;
	return 0;
}

void bridge_drm_device_get(struct drm_device *dev)
{
	drm_dev_get(dev);
}

void bridge_drm_device_put(struct drm_device *dev)
{
	drm_dev_put(dev);
}

void *bridge_drm_device_owner(struct drm_device *dev)
{
	return dev->dev_private;
}

struct device *bridge_drm_device_parent(struct drm_device *dev)
{
	return dev->dev;
}

int bridge_drm_device_register(struct drm_device *dev)
{
	return drm_dev_register(dev, 0);
}

void bridge_drm_device_unplug(struct drm_device *dev)
{
	drm_dev_unplug(dev);
}

bool bridge_drm_device_enter(struct drm_device *dev, int *index)
{
	return drm_dev_enter(dev, index);
}

void bridge_drm_device_exit(int index)
{
	drm_dev_exit(index);
}

u64 bridge_drm_file_client_id(struct drm_file *file)
{
	return file->client_id;
}

void *bridge_drm_file_private(struct drm_file *file)
{
	return file->driver_priv;
}

void bridge_drm_file_set_private(struct drm_file *file, void *data)
{
	file->driver_priv = data;
}
