/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel comes in: every C++ function that C calls, and the only way from C into C++.
 *
 * Each is defined extern "C" in the file named beside it, mints the token of the context that its comment states, and calls on
 * with it.
 */
#ifndef MSMXX_ENTRY_POINTS_H
#define MSMXX_ENTRY_POINTS_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct bridge_smmu_fault;
struct device;
struct drm_device;
struct dma_fence;
struct drm_file;
struct drm_sched_job;

/* module.cc: load and unload. May sleep. */
int msmxx_module_init(void);
void msmxx_module_exit(void);

/* msm_device.cc: a GPU comes and goes. May sleep. */
int msmxx_probe(struct device *dev);
void msmxx_remove(struct device *dev);
void msmxx_shutdown(struct device *dev);
/* The last reference to the DRM device is gone, and with it everything that could call in. */
void msmxx_release(void *owner);

/* msm_device.cc: runtime and system power management. May sleep, must not wait for runtime PM of the same device. */
int msmxx_runtime_resume(struct device *dev);
int msmxx_runtime_suspend(struct device *dev);
int msmxx_system_suspend(struct device *dev);
int msmxx_system_resume(struct device *dev);

/* msm_device.cc: a process opens a node and is done with it. May fault and sleep; the device stays bound meanwhile in open only. */
int msmxx_open(void *owner, struct drm_file *file);
void msmxx_postclose(void *owner, struct drm_file *file);

/* msm_device.cc: a translation fault of the GPU. Hard interrupt, or the SMMU's interrupt thread. */
void msmxx_smmu_fault(void *owner, const struct bridge_smmu_fault *fault);

/* adreno/a6xx_irq.cc: the GPU's interrupt. Hard interrupt. */
void msmxx_gpu_interrupt(void *gpu);

/*
 * sched/scheduler.cc: the scheduler's worker wants a job on its ring, and is done with one. Fence-signalling context: no
 * allocation, no reservation, no resuming.
 */
struct dma_fence *msmxx_sched_run_job(struct drm_sched_job *job);
void msmxx_sched_free_job(struct drm_sched_job *job);

/* ioctl/: one each, in the file of its name. May fault and sleep. */
int msmxx_ioctl_get_param(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_set_param(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_new(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_info(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_cpu_prep(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_cpu_fini(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_submit(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_wait_fence(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_submitqueue_new(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_submitqueue_close(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_submitqueue_query(struct drm_device *dev, void *data, struct drm_file *file);

BRIDGE_END

#endif
