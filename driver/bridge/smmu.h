/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPU's SMMU: a translation domain that the IOMMU core owns (TTBR1, the kernel's half, where
 * the SMMU can split), and page tables of our own for TTBR0, which the GPU's command processor
 * switches between.
 */
#ifndef MSMXX_BRIDGE_SMMU_H
#define MSMXX_BRIDGE_SMMU_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct bridge_pages;
struct bridge_pagetable;
struct bridge_smmu;
struct device;

/* What the GPU may do: IOMMU_READ is always there. */
enum bridge_prot {
	BRIDGE_PROT_WRITE = 1,
	BRIDGE_PROT_PRIVILEGED = 2,
	BRIDGE_PROT_COHERENT = 4,
};

/*
 * Where and why a translation failed; the registers are zero where the SMMU driver does not tell.
 */
struct bridge_smmu_fault {
	u64 iova;
	u64 ttbr0;
	u32 fsr;
	u32 fsynr0;
	u32 fsynr1;
	u32 contextidr;
	bool write;
	bool detailed;
};

/*
 * Attach @gpu to a domain of its own. Takes the device's driver data, which the SMMU driver wants
 * for itself. @owner goes to msmxx_smmu_fault() with each fault.
 */
int bridge_smmu_create(struct device *gpu, void *owner, struct bridge_smmu **out);
/*
 * The end comes in steps: no translation any more; the domain with its hardware context goes, once
 * nothing is to be unmapped from it; the rest goes, once there is no pagetable.
 */
void bridge_smmu_detach(struct bridge_smmu *smmu);
void bridge_smmu_free_domain(struct bridge_smmu *smmu);
void bridge_smmu_destroy(struct bridge_smmu *smmu);

/* Whether TTBR0 can be given tables of our own. */
bool bridge_smmu_has_process_tables(const struct bridge_smmu *smmu);
/* Bits of an address that one half translates. */
u32 bridge_smmu_input_bits(const struct bridge_smmu *smmu);
/* First and last address of the domain, as the IOMMU core counts them (sign-extended). */
void bridge_smmu_aperture(const struct bridge_smmu *smmu, u64 *first, u64 *last);

/* Sleeps, allocates, resumes the SMMU. All of @pages, or nothing and an errno. */
int bridge_smmu_map(struct bridge_smmu *smmu, u64 iova, const struct bridge_pages *pages, u64 size,
		    u32 prot);
void bridge_smmu_unmap(struct bridge_smmu *smmu, u64 iova, u64 size);

/*
 * The GPU is on from wake to sleep, so that the SMMU is, too. Only then flush empties the TLB; else wake
 * will. From any context; once detached there is nothing to do.
 */
void bridge_smmu_wake(struct bridge_smmu *smmu);
void bridge_smmu_sleep(struct bridge_smmu *smmu);
void bridge_smmu_flush(struct bridge_smmu *smmu);

/*
 * Hold back transactions that fault, until end_stall; any context. Newer SMMU drivers end a stall
 * themselves when the fault's handler, which may then sleep, returns: end_stall does nothing there,
 * and set_stall acts at once. Older ones act at the SMMU's next reset. Nothing once detached.
 */
void bridge_smmu_set_stall(struct bridge_smmu *smmu, bool stall);
void bridge_smmu_end_stall(struct bridge_smmu *smmu);
bool bridge_smmu_ends_stalls_itself(const struct bridge_smmu *smmu);

/* Pages for tables: a stack, linked through the pages' own descriptors. */
struct bridge_tables {
	void *first;
	u32 count;
};

/* Add zeroed pages until there are @count; on failure those already there stay. */
int bridge_tables_fill(struct bridge_tables *tables, u32 count);
void bridge_tables_free(struct bridge_tables *tables);

/*
 * An empty table for TTBR0, of the same shape as the domain's. The caller keeps the SMMU and
 * serialises all use of the table. map takes the memory for tables from @tables and leaves the rest
 * there: no allocation, no sleep.
 */
int bridge_pagetable_create(struct bridge_smmu *smmu, struct bridge_pagetable **out);
void bridge_pagetable_destroy(struct bridge_pagetable *pagetable);
u64 bridge_pagetable_ttbr(const struct bridge_pagetable *pagetable);
/* Memory of all page tables of our own and of what is kept for them, pages. */
u64 bridge_pagetable_pages(void);
/* Memory of one of them, pages; for statistics. */
u32 bridge_pagetable_own_pages(const struct bridge_pagetable *pagetable);
/* Tables that mapping [iova, iova + size) takes at most, however the memory is scattered. */
u64 bridge_pagetable_count(u64 iova, u64 size);

/* On failure the first *mapped bytes are mapped, and to be unmapped by the caller. */
int bridge_pagetable_map(struct bridge_pagetable *pagetable, struct bridge_tables *tables, u64 iova,
			 const struct bridge_pages *pages, u64 offset, u64 size, u32 prot,
			 u64 *mapped);
/*
 * What is in [iova, iova + size) must have been mapped as a whole. Tables that became empty go to
 * @dead.
 */
void bridge_pagetable_unmap(struct bridge_pagetable *pagetable, u64 iova, u64 size,
			    struct bridge_tables *dead);

/*
 * The entries by which @iova is translated, or not: of levels 0 to 3, 0 where the walk does not come by. No
 * more is read than what is in use.
 */
void bridge_pagetable_walk(const struct bridge_pagetable *pagetable, u64 iova, u64 entries[4]);

/*
 * Have TTBR0 translate by @pagetable until the command processor switches; NULL: not at all.
 * Resumes the SMMU.
 */
int bridge_smmu_set_ttbr0(struct bridge_smmu *smmu, struct bridge_pagetable *pagetable);

BRIDGE_END

#endif
