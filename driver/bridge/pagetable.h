/* SPDX-License-Identifier: GPL-2.0-only */
/* What smmu.c and pagetable.c know of each other. C only. */
#ifndef MSMXX_BRIDGE_PAGETABLE_H
#define MSMXX_BRIDGE_PAGETABLE_H

#include <linux/adreno-smmu-priv.h>
#include <linux/io-pgtable.h>
#include <linux/spinlock.h>

struct bridge_tables;

/* enum bridge_prot to IOMMU_x */
int bridge_iommu_prot(u32 prot);

struct bridge_smmu {
	/* The device's driver data points here: the SMMU driver's convention. */
	struct adreno_smmu_priv priv;
	struct device *gpu;
	struct iommu_domain *domain;
	void *owner;
	spinlock_t lock;
	/* The TLB is the GPU's only while it is attached. */
	bool attached;
	/* The GPU is on, and with it the SMMU. */
	bool awake;
	/* Something was unmapped while it was not. */
	bool stale;
};

struct bridge_pagetable {
	struct io_pgtable_ops *ops;
	struct io_pgtable_cfg config;
	void *root;
	/* Of all its tables. */
	u32 pages;
	/* Where the running map takes tables from, and the running unmap puts them. */
	struct bridge_tables *spare;
	struct bridge_tables *dead;
};

#endif
