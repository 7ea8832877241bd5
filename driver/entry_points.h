/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the kernel comes in: every C++ function that C calls, and the only way from C into C++.
 *
 * Each is defined extern "C" in the file named beside it, mints the token of the context that its
 * comment states, and calls on with it.
 */
#ifndef MSMXX_ENTRY_POINTS_H
#define MSMXX_ENTRY_POINTS_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct bridge_load;
struct bridge_pages;
struct bridge_smmu_fault;
struct device;
struct drm_device;
struct dma_fence;
struct dma_resv;
struct drm_file;
struct drm_gem_object;
struct drm_printer;
struct drm_sched_job;
struct sg_table;
struct vm_fault;

/* module.cc: load and unload. May sleep. */
int msmxx_module_init(void);
void msmxx_module_exit(void);

/* msm_device.cc: a GPU comes and goes. May sleep. */
int msmxx_probe(struct device *dev);
void msmxx_remove(struct device *dev);
void msmxx_shutdown(struct device *dev);
/* The last reference to the DRM device is gone, and with it everything that could call in. */
void msmxx_release(void *owner);

/*
 * msm_device.cc: runtime and system power management. May sleep, must not wait for runtime PM of
 * the same device.
 */
int msmxx_runtime_resume(struct device *dev);
int msmxx_runtime_suspend(struct device *dev);
int msmxx_system_suspend(struct device *dev);
int msmxx_system_resume(struct device *dev);
/*
 * msm_device.cc: the whole system is about to sleep, which an error prevents, or it is awake again.
 * Processes run, and so does runtime PM. May sleep.
 */
int msmxx_sleep_begins(void *owner);
void msmxx_sleep_ends(void *owner);

/*
 * msm_device.cc: a process opens a node and is done with it. May fault and sleep; the device stays
 * bound meanwhile in open only.
 */
int msmxx_open(void *owner, struct drm_file *file);
void msmxx_postclose(void *owner, struct drm_file *file);

/* debug/fdinfo.cc: someone wants to know what an open file uses. The device stays bound meanwhile. */
void msmxx_show_fdinfo(struct drm_file *file, struct drm_printer *to);

/*
 * msm_device.cc: a debugfs file (enum bridge_debugfs_file) is read or written. May sleep; its
 * device's nodes stay meanwhile.
 */
int msmxx_debugfs_show(void *owner, u32 file, struct drm_printer *to);
int msmxx_debugfs_write(void *owner, u32 file, u64 value);

/*
 * msm_device.cc: a translation fault of the GPU. The SMMU's interrupt thread where the SMMU driver
 * itself lets a transaction go on that it held back; else that, or hard interrupt.
 */
void msmxx_smmu_fault(void *owner, const struct bridge_smmu_fault *fault);

/*
 * msm_device.cc: what devfreq asks of the GPU: to run at an operating point's frequency (Hz) when it
 * has something to do, its load, and what it runs at. May sleep; devfreq's lock is held.
 */
int msmxx_devfreq_target(struct device *dev, u64 hz);
void msmxx_devfreq_load(struct device *dev, struct bridge_load *load);
u64 msmxx_devfreq_frequency(struct device *dev);

/* adreno/a6xx_irq.cc: the GPU's interrupt. Hard interrupt. */
void msmxx_gpu_interrupt(void *gpu);

/*
 * sched/scheduler.cc: the scheduler's worker wants a job on its ring, and is done with one.
 * Fence-signalling context: no allocation, no reservation, no resuming.
 */
struct dma_fence *msmxx_sched_run_job(struct drm_sched_job *job);
void msmxx_sched_free_job(struct drm_sched_job *job);
/*
 * sched/scheduler.cc: someone wants the job to be done by then, ns of CLOCK_MONOTONIC. Any context;
 * a spinlock is held.
 */
void msmxx_sched_deadline(void *owner, u32 ring, u32 seqno, u64 deadline);

/*
 * gem/gem_entry.cc: a BO's mapping is used. A page fault: mm locks are held; may sleep, must not
 * touch user memory.
 */
unsigned int msmxx_bo_fault(struct drm_gem_object *obj, struct vm_fault *fault);
/* gem/gem_entry.cc: how to map it, and whether it can be exported. */
bool msmxx_bo_is_cached(struct drm_gem_object *obj);
bool msmxx_bo_is_private(struct drm_gem_object *obj);
/* gem/gem_entry.cc: it is about to become a dma-buf. May sleep. */
void msmxx_bo_exported(struct drm_gem_object *obj);
/*
 * gem/gem_entry.cc: whether its memory is there, and whether it may be taken away. Any context; may
 * have changed on return.
 */
bool msmxx_bo_is_resident(struct drm_gem_object *obj);
bool msmxx_bo_is_needed(struct drm_gem_object *obj);
/* gem/gem_entry.cc: its memory, for who imported it. The BO's reservation is held; may sleep. */
int msmxx_bo_pages(struct drm_gem_object *obj, const struct bridge_pages **pages);
/* msm_device.cc: a BO of another device's memory. May sleep. */
int msmxx_bo_import(void *owner, u64 size, struct dma_resv *resv, struct sg_table *table,
		    struct drm_gem_object **obj);
/*
 * gem/gem_entry.cc: the last reference is gone. A BO's in any context, a carrier's only where
 * sleeping is allowed.
 */
void msmxx_bo_free(struct drm_gem_object *obj);
void msmxx_carrier_free(struct drm_gem_object *obj);

/*
 * gem/gem_entry.cc: pages that could be given back, and giving @pages of them back (returns how many
 * it was). Memory is being reclaimed: no allocation, no lock but by trying. May sleep.
 */
u64 msmxx_shrinker_count(void *owner);
u64 msmxx_shrinker_scan(void *owner, u64 pages, bool may_wait);

/* ioctl/bo_handles.cc: a file gets a handle, or loses one. May sleep. */
int msmxx_bo_open(struct drm_gem_object *obj, struct drm_file *file);
void msmxx_bo_close(struct drm_gem_object *obj, struct drm_file *file);

/* ioctl/: one each, in the file of its name. May fault and sleep. */
int msmxx_ioctl_get_param(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_set_param(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_new(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_info(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_cpu_prep(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_cpu_fini(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_madvise(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_gem_submit(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_wait_fence(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_submitqueue_new(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_submitqueue_close(struct drm_device *dev, void *data, struct drm_file *file);
int msmxx_ioctl_submitqueue_query(struct drm_device *dev, void *data, struct drm_file *file);

BRIDGE_END

#endif
