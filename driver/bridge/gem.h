/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * GEM objects: their life, their pages, their mappings into processes and into the kernel. The ops
 * table is in gem.c and calls the msmxx_bo_* entry points.
 */
#ifndef MSMXX_BRIDGE_GEM_H
#define MSMXX_BRIDGE_GEM_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct dma_resv;
struct drm_device;
struct drm_file;
struct drm_gem_object;
struct page;
struct sg_table;
struct vm_fault;

/*
 * A shmem object of a whole number of pages with a fake mmap offset, or a bare one that only
 * carries a reservation. With @shared the object uses the reservation of that one, which must
 * outlive it. After an error, too, the object is to be released.
 */
int bridge_gem_init(struct drm_device *dev, struct drm_gem_object *obj, u64 size,
		    struct drm_gem_object *shared);
void bridge_gem_init_carrier(struct drm_device *dev, struct drm_gem_object *obj);
void bridge_gem_release(struct drm_gem_object *obj);

void bridge_gem_get(struct drm_gem_object *obj);
bool bridge_gem_get_unless_zero(struct drm_gem_object *obj);
void bridge_gem_put(struct drm_gem_object *obj);

/* References of it; for statistics. */
u32 bridge_gem_references(const struct drm_gem_object *obj);

/* Whether @file has a handle of @obj besides the one that is being closed. */
bool bridge_gem_has_handle(struct drm_file *file, struct drm_gem_object *obj);

struct drm_gem_object *bridge_gem_lookup(struct drm_file *file, u32 handle);
int bridge_gem_handle_create(struct drm_file *file, struct drm_gem_object *obj, u32 *handle);

struct dma_resv *bridge_gem_resv(struct drm_gem_object *obj);
u64 bridge_gem_size(const struct drm_gem_object *obj);
u64 bridge_gem_mmap_offset(struct drm_gem_object *obj);

/*
 * Memory. Of our own: the pages, kept from being swapped, and a table of them; @device_owns:
 * cleaned from the CPU's caches. Imported: no pages, and a table that has DMA addresses only.
 */
struct bridge_pages {
	struct page **pages;
	struct sg_table *table;
	bool imported;
};

/*
 * An object for memory that a dma-buf brings, of the same size as that, with its reservation; released
 * as all others.
 */
int bridge_gem_init_imported(struct drm_device *dev, struct drm_gem_object *obj, u64 size,
			     struct dma_resv *resv);
/* Whether it is @size bytes at least, in pieces of whole pages as the device sees them. */
bool bridge_table_is_whole(struct sg_table *table, u64 size);
/* Give the dma-buf back, its mapping first. Takes the exporter's reservation. */
void bridge_gem_unimport(struct drm_gem_object *obj, struct sg_table *table);

int bridge_pages_get(struct drm_gem_object *obj, bool device_owns, struct bridge_pages *out);
void bridge_pages_put(struct drm_gem_object *obj, bool device_owns, struct bridge_pages *pages);

/* The next access of a process faults; not of one that has it by way of a dma-buf. */
void bridge_gem_unmap_from_processes(struct drm_gem_object *obj);
/* What was in the pages, which were put before, is gone, also from swap. */
void bridge_gem_drop_contents(struct drm_gem_object *obj);

void *bridge_pages_map(const struct bridge_pages *pages, u64 size, bool cached);
void bridge_pages_unmap(void *address);
/*
 * The same without a mapping: @size bytes from @offset on; returns how many. @uncached: nobody writes
 * the memory through the CPU's caches, and what they hold of it is old; it is dropped at @offset 0, so
 * start there. Neither sleeps nor allocates.
 */
size_t bridge_pages_copy(struct drm_gem_object *obj, const struct bridge_pages *pages, u64 offset,
			 void *to, size_t size, bool uncached);

/* Map the faulting page and its neighbours; returns a vm_fault_t. */
unsigned int bridge_fault_insert(struct vm_fault *fault, struct drm_gem_object *obj,
				 const struct bridge_pages *pages);
unsigned int bridge_fault_error(int error);

u32 bridge_random_u32(void);

#ifndef __cplusplus
struct dma_buf_attachment;
/* For the DRM driver's gem_prime_import_sg_table. */
struct drm_gem_object *bridge_gem_import(struct drm_device *dev,
					 struct dma_buf_attachment *attachment,
					 struct sg_table *table);
#endif

/* MSM_BO_x: here too, because C++ cannot include the uAPI's header everywhere. */
enum bridge_bo_flags {
	BRIDGE_BO_GPU_READONLY = 0x2,
	BRIDGE_BO_NO_SHARE = 0x4,
	BRIDGE_BO_CACHED = 0x10000,
	BRIDGE_BO_WC = 0x20000,
	BRIDGE_BO_UNCACHED = 0x40000,
	BRIDGE_BO_CACHED_COHERENT = 0x80000,
	BRIDGE_BO_CACHE_MASK = 0xf0000,
	BRIDGE_BO_ALL = 0xf0007,
};

BRIDGE_END

#endif
