// SPDX-License-Identifier: GPL-2.0-only
#include <linux/adreno-smmu-priv.h>
#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/pm_runtime.h>
#include <linux/slab.h>

#include "bridge/gem.h"
#include "bridge/mutant.h"
#include "bridge/pagetable.h"
#include "bridge/smmu.h"
#include "entry_points.h"

static int smmu_fault(struct iommu_domain *domain, struct device *dev, unsigned long iova,
		      int flags, void *token)
{
	struct bridge_smmu *smmu = token;
	struct bridge_smmu_fault fault = {
		.iova = iova,
		.write = flags & IOMMU_FAULT_WRITE,
	};

	if (smmu->priv.get_fault_info) {
		struct adreno_smmu_fault_info info = {};

		smmu->priv.get_fault_info(smmu->priv.cookie, &info);
		fault.ttbr0 = info.ttbr0;
		fault.fsr = info.fsr;
		fault.fsynr0 = info.fsynr0;
		fault.fsynr1 = info.fsynr1;
		fault.contextidr = info.contextidr;
		fault.detailed = true;
	}
	msmxx_smmu_fault(smmu->owner, &fault);
	return 0;
}

static const struct io_pgtable_cfg *domain_config(const struct bridge_smmu *smmu)
{
	return smmu->priv.cookie ? smmu->priv.get_ttbr1_cfg(smmu->priv.cookie) : NULL;
}

int bridge_smmu_create(struct device *gpu, void *owner, struct bridge_smmu **out)
{
	struct bridge_smmu *smmu;
	int ret;

	if (!device_iommu_mapped(gpu))
		return -ENODEV;

	smmu = kzalloc(sizeof(*smmu), GFP_KERNEL);
	if (!smmu)
		return -ENOMEM;
	smmu->owner = owner;

	smmu->domain = iommu_paging_domain_alloc(gpu);
	if (IS_ERR(smmu->domain)) {
		ret = PTR_ERR(smmu->domain);
		goto free;
	}
	iommu_set_fault_handler(smmu->domain, smmu_fault, smmu);

	/*
	 * The SMMU driver fills in what it finds as driver data, if it is one that knows Adreno
	 * GPUs.
	 */
	dev_set_drvdata(gpu, &smmu->priv);
	ret = iommu_attach_device(smmu->domain, gpu);
	if (ret)
		goto free_domain;

	spin_lock_init(&smmu->lock);
	smmu->attached = true;
	smmu->gpu = get_device(gpu);
	bridge_smmu_set_stall(smmu, true);
	*out = smmu;
	return 0;

free_domain:
	dev_set_drvdata(gpu, NULL);
	iommu_domain_free(smmu->domain);
free:
	kfree(smmu);
	return ret;
}

void bridge_smmu_detach(struct bridge_smmu *smmu)
{
	spin_lock_irq(&smmu->lock);
	smmu->attached = false;
	spin_unlock_irq(&smmu->lock);
	iommu_detach_device(smmu->domain, smmu->gpu);
	dev_set_drvdata(smmu->gpu, NULL);
}

void bridge_smmu_free_domain(struct bridge_smmu *smmu)
{
	iommu_domain_free(smmu->domain);
	smmu->domain = NULL;
	smmu->priv.cookie = NULL;
}

void bridge_smmu_destroy(struct bridge_smmu *smmu)
{
	put_device(smmu->gpu);
	kfree(smmu);
}

bool bridge_smmu_has_process_tables(const struct bridge_smmu *smmu)
{
	const struct io_pgtable_cfg *config = domain_config(smmu);

	return config && (config->quirks & IO_PGTABLE_QUIRK_ARM_TTBR1);
}

void bridge_smmu_aperture(const struct bridge_smmu *smmu, u64 *first, u64 *last)
{
	*first = smmu->domain->geometry.aperture_start;
	*last = smmu->domain->geometry.aperture_end;
}

u32 bridge_smmu_input_bits(const struct bridge_smmu *smmu)
{
	const struct io_pgtable_cfg *config = domain_config(smmu);

	return config ? config->ias : 0;
}

int bridge_iommu_prot(u32 prot)
{
	int flags = IOMMU_READ;

	if (prot & BRIDGE_PROT_WRITE || bridge_mutant(BRIDGE_MUTANT_pte_writable))
		flags |= IOMMU_WRITE;
	if (prot & BRIDGE_PROT_PRIVILEGED && !bridge_mutant(BRIDGE_MUTANT_pte_unprivileged))
		flags |= IOMMU_PRIV;
	if (prot & BRIDGE_PROT_COHERENT)
		flags |= IOMMU_CACHE;
	return flags;
}

/* What the core's function for tables does, which knows nothing of tables without pages. */
static ssize_t map_imported(struct bridge_smmu *smmu, u64 iova, struct sg_table *table, int flags)
{
	struct scatterlist *sg;
	size_t mapped = 0;
	unsigned int i;

	for_each_sgtable_dma_sg(table, sg, i)
	{
		int ret = iommu_map(smmu->domain, iova + mapped, sg_dma_address(sg), sg_dma_len(sg),
				    flags, GFP_KERNEL);

		if (ret) {
			iommu_unmap(smmu->domain, iova, mapped);
			return ret;
		}
		mapped += sg_dma_len(sg);
	}
	return mapped;
}

int bridge_smmu_map(struct bridge_smmu *smmu, u64 iova, const struct bridge_pages *pages, u64 size,
		    u32 prot)
{
	int flags = bridge_iommu_prot(prot);
	ssize_t mapped = pages->imported
				 ? map_imported(smmu, iova, pages->table, flags)
				 : iommu_map_sgtable(smmu->domain, iova, pages->table, flags);

	if (mapped < 0)
		return mapped;
	if (mapped != size) {
		iommu_unmap(smmu->domain, iova, mapped);
		return -EINVAL;
	}
	return 0;
}

void bridge_smmu_unmap(struct bridge_smmu *smmu, u64 iova, u64 size)
{
	iommu_unmap(smmu->domain, iova, size);
}

/*
 * iommu_flush_iotlb_all() would resume the SMMU, which must not happen where fences are signalled. Nor
 * does its runtime PM say whether its registers may be touched: in the system's sleep its clocks are
 * off, whatever that believes. So it goes by the GPU, a consumer of the SMMU: is that off, nobody is
 * there to use a TLB entry, and an SMMU that does not answer any more is not waited for again and again.
 */
static void flush(struct bridge_smmu *smmu)
{
	const struct io_pgtable_cfg *config;

	lockdep_assert_held(&smmu->lock);
	/* First: once detached the domain goes, and what it was asked for with it. */
	if (!smmu->attached)
		return;
	config = domain_config(smmu);
	if (!config)
		return;
	smmu->stale = !smmu->awake;
	if (smmu->awake && !bridge_mutant(BRIDGE_MUTANT_no_tlb_flush))
		config->tlb->tlb_flush_all((void *)smmu->priv.cookie);
}

void bridge_smmu_wake(struct bridge_smmu *smmu)
{
	unsigned long flags;

	spin_lock_irqsave(&smmu->lock, flags);
	smmu->awake = true;
	if (smmu->stale)
		flush(smmu);
	spin_unlock_irqrestore(&smmu->lock, flags);
}

void bridge_smmu_sleep(struct bridge_smmu *smmu)
{
	unsigned long flags;

	spin_lock_irqsave(&smmu->lock, flags);
	smmu->awake = false;
	spin_unlock_irqrestore(&smmu->lock, flags);
}

void bridge_smmu_flush(struct bridge_smmu *smmu)
{
	unsigned long flags;

	spin_lock_irqsave(&smmu->lock, flags);
	flush(smmu);
	spin_unlock_irqrestore(&smmu->lock, flags);
}

void bridge_smmu_set_stall(struct bridge_smmu *smmu, bool stall)
{
	unsigned long flags;

	spin_lock_irqsave(&smmu->lock, flags);
	if (smmu->attached && smmu->priv.set_stall)
		smmu->priv.set_stall(smmu->priv.cookie, stall);
	spin_unlock_irqrestore(&smmu->lock, flags);
}

void bridge_smmu_end_stall(struct bridge_smmu *smmu)
{
	unsigned long flags;

	spin_lock_irqsave(&smmu->lock, flags);
	if (smmu->attached && smmu->priv.resume_translation)
		smmu->priv.resume_translation(smmu->priv.cookie, true);
	spin_unlock_irqrestore(&smmu->lock, flags);
}

bool bridge_smmu_ends_stalls_itself(const struct bridge_smmu *smmu)
{
	return !smmu->priv.resume_translation;
}

int bridge_smmu_set_ttbr0(struct bridge_smmu *smmu, struct bridge_pagetable *pagetable)
{
	struct device *iommu = domain_config(smmu)->iommu_dev;
	bool sleeps = pm_runtime_enabled(iommu);
	int ret;

	/* It writes registers without asking whether the SMMU is on. */
	if (sleeps) {
		ret = pm_runtime_resume_and_get(iommu);
		if (ret)
			return ret;
	}
	ret = smmu->priv.set_ttbr0_cfg(smmu->priv.cookie, pagetable ? &pagetable->config : NULL);
	if (sleeps) {
		pm_runtime_mark_last_busy(iommu);
		pm_runtime_put_autosuspend(iommu);
	}
	return ret;
}
