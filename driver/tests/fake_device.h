/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Just enough of a device for tests of buffers and address spaces: a DRM device, a fence, an SMMU
 * that is memory only.
 */
#ifndef TESTS_FAKE_DEVICE_H
#define TESTS_FAKE_DEVICE_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct bridge_pagetable;
struct bridge_smmu;
struct dma_fence;
struct drm_device;
struct sg_table;

/* Never registered, so that nobody can open it; NULL without memory. */
struct drm_device *fake_drm_create(void);
void fake_drm_destroy(struct drm_device *drm);

/* Pending until it is signalled; one reference. */
struct dma_fence *fake_fence_create(void);
void fake_fence_signal(struct dma_fence *fence);
/* Reads all that a fence says of itself, as debugfs and sync_file do; the length of the text. */
size_t fake_fence_describe(struct dma_fence *fence);
/* Wakes the scheduler of a job's fence as one does who had looked before it was stopped. */
void fake_late_wake(struct dma_fence *finished);

/*
 * Has page tables of 48 bits with pages of 4 KiB, 2 MiB and 1 GiB, and a TLB, which counts how often it
 * is emptied and is asleep as long as nobody wakes it.
 */
struct bridge_smmu *fake_smmu_create(struct drm_device *drm);
/* Or bridge_smmu_destroy(). */
void fake_smmu_destroy(struct bridge_smmu *smmu);
u32 fake_smmu_flushes(const struct bridge_smmu *smmu);
/* How many pages there were in tables, or kept for them, when the TLB was emptied last. */
u64 fake_smmu_pages_at_flush(const struct bridge_smmu *smmu);
/* From now on its driver's data is as good as gone. */
void fake_smmu_detach(struct bridge_smmu *smmu);
/* How often that was asked for nevertheless. */
u32 fake_smmu_asked_late(const struct bridge_smmu *smmu);
/* Where an address leads; 0: nowhere. */
u64 fake_pagetable_lookup(struct bridge_pagetable *pagetable, u64 iova);

/* A table of pieces of made-up memory, @size bytes each, @stride bytes apart, from @phys on. */
struct sg_table *fake_memory_create(u64 phys, u32 pieces, u32 size, u64 stride);
/* As a device sees it: each piece at @address, @length bytes long. */
void fake_memory_map(struct sg_table *table, u64 address, u32 length);
void fake_memory_destroy(struct sg_table *table);

BRIDGE_END

#endif
