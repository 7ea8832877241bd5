// SPDX-License-Identifier: GPL-2.0-only
#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/dma-mapping.h>
#include <linux/scatterlist.h>
#include <linux/seq_file.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <drm/drm_drv.h>
#include <drm/gpu_scheduler.h>

#include "bridge/pagetable.h"
#include "bridge/smmu.h"
#include "tests/fake_device.h"

static const struct drm_driver fake_driver = {
	.driver_features = DRIVER_GEM,
	.name = "msmxx-test",
	.desc = "for tests",
};

struct drm_device *fake_drm_create(void)
{
	struct device *parent = root_device_register("msmxx-test");
	struct drm_device *drm;

	if (IS_ERR(parent))
		return NULL;
	/* BOs' pages are mapped for it. */
	if (dma_coerce_mask_and_coherent(parent, DMA_BIT_MASK(64)))
		goto unregister;
	drm = drm_dev_alloc(&fake_driver, parent);
	if (IS_ERR(drm))
		goto unregister;
	return drm;

unregister:
	root_device_unregister(parent);
	return NULL;
}

void fake_drm_destroy(struct drm_device *drm)
{
	struct device *parent = drm->dev;

	drm_dev_put(drm);
	root_device_unregister(parent);
}

/* The fence first: its memory is freed as a fence's. */
struct fake_fence {
	struct dma_fence base;
	spinlock_t lock;
};

static const char *fake_name(struct dma_fence *fence)
{
	return "msmxx-test";
}

static const struct dma_fence_ops fake_fence_ops = {
	.get_driver_name = fake_name,
	.get_timeline_name = fake_name,
};

struct dma_fence *fake_fence_create(void)
{
	struct fake_fence *fence = kzalloc(sizeof(*fence), GFP_KERNEL);

	if (!fence)
		return NULL;
	spin_lock_init(&fence->lock);
	dma_fence_init(&fence->base, &fake_fence_ops, &fence->lock, dma_fence_context_alloc(1), 1);
	return &fence->base;
}

void fake_fence_signal(struct dma_fence *fence)
{
	dma_fence_signal(fence);
}

size_t fake_fence_describe(struct dma_fence *fence)
{
	char text[128];
	struct seq_file seq = {.buf = text, .size = sizeof(text)};

	dma_fence_describe(fence, &seq);
	return seq.count;
}

void fake_late_wake(struct dma_fence *finished)
{
	struct drm_gpu_scheduler *sched = to_drm_sched_fence(finished)->sched;

	queue_work(sched->submit_wq, &sched->work_run_job);
}

struct fake_smmu {
	/* First: it is freed as one of these. */
	struct bridge_smmu base;
	struct io_pgtable_cfg config;
	u32 flushes;
	u64 pages_at_flush;
	u32 asked_late;
};

static void count_flush(void *cookie)
{
	struct fake_smmu *smmu = cookie;

	smmu->flushes++;
	smmu->pages_at_flush = bridge_pagetable_pages();
}

static const struct iommu_flush_ops flush_ops = {.tlb_flush_all = count_flush};

static const struct io_pgtable_cfg *get_config(const void *cookie)
{
	struct fake_smmu *smmu = (struct fake_smmu *)cookie;

	smmu->asked_late += !smmu->base.attached;
	return &smmu->config;
}

struct bridge_smmu *fake_smmu_create(struct drm_device *drm)
{
	struct fake_smmu *smmu = kzalloc(sizeof(*smmu), GFP_KERNEL);

	if (!smmu)
		return NULL;
	spin_lock_init(&smmu->base.lock);
	smmu->base.attached = true;
	smmu->base.priv.cookie = smmu;
	smmu->base.priv.get_ttbr1_cfg = get_config;
	smmu->config.quirks = IO_PGTABLE_QUIRK_ARM_TTBR1;
	smmu->config.pgsize_bitmap = SZ_4K | SZ_2M | SZ_1G;
	smmu->config.ias = 48;
	smmu->config.oas = 48;
	smmu->config.coherent_walk = true;
	smmu->config.iommu_dev = drm->dev;
	smmu->config.tlb = &flush_ops;
	smmu->base.gpu = get_device(drm->dev);
	return &smmu->base;
}

u32 fake_smmu_flushes(const struct bridge_smmu *smmu)
{
	return container_of(smmu, struct fake_smmu, base)->flushes;
}

u64 fake_smmu_pages_at_flush(const struct bridge_smmu *smmu)
{
	return container_of(smmu, struct fake_smmu, base)->pages_at_flush;
}

void fake_smmu_detach(struct bridge_smmu *smmu)
{
	smmu->attached = false;
}

u32 fake_smmu_asked_late(const struct bridge_smmu *smmu)
{
	return container_of(smmu, struct fake_smmu, base)->asked_late;
}

void fake_smmu_destroy(struct bridge_smmu *smmu)
{
	bridge_smmu_destroy(smmu);
}

u64 fake_pagetable_lookup(struct bridge_pagetable *pagetable, u64 iova)
{
	return pagetable->ops->iova_to_phys(pagetable->ops, iova);
}

struct sg_table *fake_memory_create(u64 phys, u32 pieces, u32 size, u64 stride)
{
	struct sg_table *table = kzalloc(sizeof(*table), GFP_KERNEL);
	struct scatterlist *sg;
	unsigned int i;

	if (!table)
		return NULL;
	if (sg_alloc_table(table, pieces, GFP_KERNEL)) {
		kfree(table);
		return NULL;
	}
	for_each_sgtable_sg(table, sg, i)
		sg_set_page(sg, pfn_to_page(PHYS_PFN(phys + i * stride)), size, 0);
	return table;
}

void fake_memory_map(struct sg_table *table, u64 address, u32 length)
{
	struct scatterlist *sg;
	unsigned int i;

	table->nents = table->orig_nents;
	for_each_sgtable_sg(table, sg, i)
	{
		sg_dma_address(sg) = address;
		sg_dma_len(sg) = length;
	}
}

void fake_memory_destroy(struct sg_table *table)
{
	sg_free_table(table);
	kfree(table);
}
