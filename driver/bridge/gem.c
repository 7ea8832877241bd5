// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/highmem.h>
#include <linux/iosys-map.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/random.h>
#include <linux/scatterlist.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include <drm/drm_device.h>
#include <drm/drm_file.h>
#include <drm/drm_gem.h>
#include <drm/drm_prime.h>
#include <drm/drm_vma_manager.h>

#include "../../uapi/drm/msm_drm.h"
#include "bridge/gem.h"
#include "entry_points.h"

static_assert(BRIDGE_BO_GPU_READONLY == MSM_BO_GPU_READONLY &&
	      BRIDGE_BO_NO_SHARE == MSM_BO_NO_SHARE);
static_assert(BRIDGE_BO_CACHED == MSM_BO_CACHED && BRIDGE_BO_WC == MSM_BO_WC);
static_assert(BRIDGE_BO_UNCACHED == MSM_BO_UNCACHED &&
	      BRIDGE_BO_CACHED_COHERENT == MSM_BO_CACHED_COHERENT);
static_assert(BRIDGE_BO_CACHE_MASK == MSM_BO_CACHE_MASK && BRIDGE_BO_ALL == MSM_BO_FLAGS);

/* Pages mapped on one fault, so that a first walk over a buffer does not fault on each. */
#define FAULT_AROUND_PAGES 16

static vm_fault_t bo_fault(struct vm_fault *fault)
{
	return msmxx_bo_fault(fault->vma->vm_private_data, fault);
}

static const struct vm_operations_struct bo_vm_ops = {
	.fault = bo_fault,
	.open = drm_gem_vm_open,
	.close = drm_gem_vm_close,
};

static int bo_mmap(struct drm_gem_object *obj, struct vm_area_struct *vma)
{
	/* A PFN mapping cannot be copied on write: inserting into one is a BUG. */
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) == VM_MAYWRITE)
		return -EINVAL;

	if (obj->import_attach) {
		int ret;

		/* The exporter's mapping, faults and all, with a reference of its own. */
		vma->vm_ops = NULL;
		vma->vm_private_data = NULL;
		ret = dma_buf_mmap(obj->import_attach->dmabuf, vma, 0);
		if (!ret)
			drm_gem_object_put(obj);
		return ret;
	}

	vm_flags_set(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_page_prot = vm_get_page_prot(vma->vm_flags);
	if (!msmxx_bo_is_cached(obj))
		vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	return 0;
}

static struct dma_buf *bo_export(struct drm_gem_object *obj, int flags)
{
	if (msmxx_bo_is_private(obj))
		return ERR_PTR(-EPERM);
	/* Mappings of a dma-buf are beyond bridge_gem_unmap_from_processes(). */
	msmxx_bo_exported(obj);
	return drm_gem_prime_export(obj, flags);
}

/* Exported, so its pages stay from when they first are needed: that is all there is to do. */
static int bo_pin(struct drm_gem_object *obj)
{
	const struct bridge_pages *pages;

	return msmxx_bo_pages(obj, &pages);
}

static struct sg_table *bo_get_sg_table(struct drm_gem_object *obj)
{
	const struct bridge_pages *pages;
	int ret = msmxx_bo_pages(obj, &pages);

	if (ret)
		return ERR_PTR(ret);
	return drm_prime_pages_to_sg(obj->dev, pages->pages, obj->size >> PAGE_SHIFT);
}

static int bo_vmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	const struct bridge_pages *pages;
	void *address;
	int ret = msmxx_bo_pages(obj, &pages);

	if (ret)
		return ret;
	address = bridge_pages_map(pages, obj->size, msmxx_bo_is_cached(obj));
	if (!address)
		return -ENOMEM;
	iosys_map_set_vaddr(map, address);
	return 0;
}

static void bo_vunmap(struct drm_gem_object *obj, struct iosys_map *map)
{
	bridge_pages_unmap(map->vaddr);
}

static enum drm_gem_object_status bo_status(struct drm_gem_object *obj)
{
	enum drm_gem_object_status status = 0;

	if (msmxx_bo_is_resident(obj))
		status |= DRM_GEM_OBJECT_RESIDENT;
	if (!msmxx_bo_is_needed(obj))
		status |= DRM_GEM_OBJECT_PURGEABLE;
	return status;
}

static const struct drm_gem_object_funcs bo_funcs = {
	.free = msmxx_bo_free,
	.open = msmxx_bo_open,
	.close = msmxx_bo_close,
	.export = bo_export,
	.pin = bo_pin,
	.get_sg_table = bo_get_sg_table,
	.vmap = bo_vmap,
	.vunmap = bo_vunmap,
	.mmap = bo_mmap,
	.status = bo_status,
	.vm_ops = &bo_vm_ops,
};

static const struct drm_gem_object_funcs carrier_funcs = {
	.free = msmxx_carrier_free,
};

int bridge_gem_init(struct drm_device *dev, struct drm_gem_object *obj, u64 size,
		    struct drm_gem_object *shared)
{
	int ret;

	obj->funcs = &bo_funcs;
	if (shared)
		obj->resv = shared->resv;

	ret = drm_gem_object_init(dev, obj, size);
	if (ret)
		return ret;

	/*
	 * The GPU's pages do not move, so they must not be taken from where only movable ones
	 * belong.
	 */
	mapping_set_gfp_mask(obj->filp->f_mapping, GFP_HIGHUSER | __GFP_ACCOUNT | __GFP_NOWARN);
	return drm_gem_create_mmap_offset(obj);
}

int bridge_gem_init_imported(struct drm_device *dev, struct drm_gem_object *obj, u64 size,
			     struct dma_resv *resv)
{
	obj->funcs = &bo_funcs;
	/* The DRM core sets it only when this device's list of all objects knows it already. */
	obj->resv = resv;
	drm_gem_private_object_init(dev, obj, size);
	return drm_gem_create_mmap_offset(obj);
}

bool bridge_table_is_whole(struct sg_table *table, u64 size)
{
	struct scatterlist *sg;
	u64 found = 0;
	int i;

	for_each_sgtable_dma_sg(table, sg, i)
	{
		if ((sg_dma_address(sg) | sg_dma_len(sg)) & ~PAGE_MASK)
			return false;
		found += sg_dma_len(sg);
	}
	return found >= size;
}

void bridge_gem_unimport(struct drm_gem_object *obj, struct sg_table *table)
{
	/* The DRM core attaches only after the object was made. */
	if (obj->import_attach)
		drm_prime_gem_destroy(obj, table);
}

struct drm_gem_object *bridge_gem_import(struct drm_device *dev,
					 struct dma_buf_attachment *attachment,
					 struct sg_table *table)
{
	struct drm_gem_object *obj;
	int ret = msmxx_bo_import(dev->dev_private, attachment->dmabuf->size,
				  attachment->dmabuf->resv, table, &obj);

	return ret ? ERR_PTR(ret) : obj;
}

void bridge_gem_init_carrier(struct drm_device *dev, struct drm_gem_object *obj)
{
	obj->funcs = &carrier_funcs;
	drm_gem_private_object_init(dev, obj, PAGE_SIZE);
}

void bridge_gem_release(struct drm_gem_object *obj)
{
	drm_gem_object_release(obj);
}

void bridge_gem_get(struct drm_gem_object *obj)
{
	drm_gem_object_get(obj);
}

bool bridge_gem_get_unless_zero(struct drm_gem_object *obj)
{
	return kref_get_unless_zero(&obj->refcount);
}

void bridge_gem_put(struct drm_gem_object *obj)
{
	drm_gem_object_put(obj);
}

u32 bridge_gem_references(const struct drm_gem_object *obj)
{
	return kref_read(&obj->refcount);
}

bool bridge_gem_has_handle(struct drm_file *file, struct drm_gem_object *obj)
{
	struct drm_gem_object *other;
	bool found = false;
	int id;

	/*
	 * Most objects have one handle, and need no search. The one that is being closed no longer
	 * stands in the table.
	 */
	if (obj->handle_count <= 1)
		return false;

	spin_lock(&file->table_lock);
	idr_for_each_entry(&file->object_idr, other, id)
	{
		found = other == obj;
		if (found)
			break;
	}
	spin_unlock(&file->table_lock);
	return found;
}

struct drm_gem_object *bridge_gem_lookup(struct drm_file *file, u32 handle)
{
	return drm_gem_object_lookup(file, handle);
}

int bridge_gem_handle_create(struct drm_file *file, struct drm_gem_object *obj, u32 *handle)
{
	return drm_gem_handle_create(file, obj, handle);
}

struct dma_resv *bridge_gem_resv(struct drm_gem_object *obj)
{
	return obj->resv;
}

u64 bridge_gem_size(const struct drm_gem_object *obj)
{
	return obj->size;
}

u64 bridge_gem_mmap_offset(struct drm_gem_object *obj)
{
	return drm_vma_node_offset_addr(&obj->vma_node);
}

int bridge_pages_get(struct drm_gem_object *obj, bool device_owns, struct bridge_pages *out)
{
	struct device *dma = obj->dev->dev;
	struct sg_table *table;
	struct page **pages;
	int ret;

	pages = drm_gem_get_pages(obj);
	if (IS_ERR(pages))
		return PTR_ERR(pages);

	table = drm_prime_pages_to_sg(obj->dev, pages, obj->size >> PAGE_SHIFT);
	if (IS_ERR(table)) {
		ret = PTR_ERR(table);
		goto put_pages;
	}

	if (device_owns) {
		ret = dma_map_sgtable(dma, table, DMA_BIDIRECTIONAL, 0);
		if (ret)
			goto free_table;
	}

	out->pages = pages;
	out->table = table;
	return 0;

free_table:
	sg_free_table(table);
	kfree(table);
put_pages:
	drm_gem_put_pages(obj, pages, false, false);
	return ret;
}

void bridge_pages_put(struct drm_gem_object *obj, bool device_owns, struct bridge_pages *pages)
{
	if (device_owns)
		dma_unmap_sgtable(obj->dev->dev, pages->table, DMA_BIDIRECTIONAL, 0);
	sg_free_table(pages->table);
	kfree(pages->table);
	drm_gem_put_pages(obj, pages->pages, true, false);
	pages->pages = NULL;
	pages->table = NULL;
}

void bridge_gem_unmap_from_processes(struct drm_gem_object *obj)
{
	drm_vma_node_unmap(&obj->vma_node, obj->dev->anon_inode->i_mapping);
}

void bridge_gem_drop_contents(struct drm_gem_object *obj)
{
	shmem_truncate_range(file_inode(obj->filp), 0, (loff_t)-1);
	invalidate_mapping_pages(obj->filp->f_mapping, 0, (loff_t)-1);
}

void *bridge_pages_map(const struct bridge_pages *pages, u64 size, bool cached)
{
	return vmap(pages->pages, size >> PAGE_SHIFT, VM_MAP,
		    cached ? PAGE_KERNEL : pgprot_writecombine(PAGE_KERNEL));
}

void bridge_pages_unmap(void *address)
{
	vunmap(address);
}

size_t bridge_pages_copy(struct drm_gem_object *obj, const struct bridge_pages *pages, u64 offset,
			 void *to, size_t size, bool uncached)
{
	size_t done = 0;

	size = offset < obj->size ? min_t(u64, size, obj->size - offset) : 0;
	if (uncached && size && !offset)
		dma_sync_sgtable_for_cpu(obj->dev->dev, pages->table, DMA_FROM_DEVICE);
	while (done < size) {
		size_t from = offset_in_page(offset + done);
		size_t count = min(size - done, PAGE_SIZE - from);

		memcpy_from_page(to + done, pages->pages[(offset + done) >> PAGE_SHIFT], from,
				 count);
		done += count;
	}
	return done;
}

unsigned int bridge_fault_insert(struct vm_fault *fault, struct drm_gem_object *obj,
				 const struct bridge_pages *pages)
{
	struct vm_area_struct *vma = fault->vma;
	/*
	 * Not from vm_start: after a partial munmap the area no longer begins where the object
	 * does.
	 */
	unsigned long index = fault->pgoff - drm_vma_node_start(&obj->vma_node);
	unsigned long count = obj->size >> PAGE_SHIFT;
	unsigned long address = fault->address & PAGE_MASK;
	unsigned long first, last, i;
	vm_fault_t ret;

	if (index >= count)
		return VM_FAULT_SIGBUS;

	ret = vmf_insert_pfn(vma, address, page_to_pfn(pages->pages[index]));
	if (ret != VM_FAULT_NOPAGE)
		return ret;

	/* Neighbours are a bonus: one that fails will fault for itself. */
	first = index & ~(FAULT_AROUND_PAGES - 1UL);
	first = max(first, index - min(index, (address - vma->vm_start) >> PAGE_SHIFT));
	last = min((index & ~(FAULT_AROUND_PAGES - 1UL)) + FAULT_AROUND_PAGES, count);
	last = min(last, index + ((vma->vm_end - address) >> PAGE_SHIFT));
	for (i = first; i < last; i++) {
		unsigned long at = address + i * PAGE_SIZE - index * PAGE_SIZE;

		if (i != index &&
		    vmf_insert_pfn(vma, at, page_to_pfn(pages->pages[i])) != VM_FAULT_NOPAGE)
			break;
	}
	return VM_FAULT_NOPAGE;
}

unsigned int bridge_fault_error(int error)
{
	/* Interrupted: return to where the signal is taken, and fault again afterwards. */
	if (error == -EINTR || error == -ERESTARTSYS)
		return VM_FAULT_NOPAGE;
	return vmf_error(error);
}

u32 bridge_random_u32(void)
{
	return get_random_u32();
}

/* Its macro took another kind of argument once; what it makes of it is the same. */
MODULE_INFO(import_ns, "DMA_BUF");
