// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables by io-pgtable, with memory of our own: what a map may need is allocated before, where
 * sleeping is allowed; what an unmap sets free is kept until the TLB, which may still walk it, has
 * been emptied.
 */
#include <linux/gfp.h>
#include <linux/io-pgtable.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/scatterlist.h>
#include <linux/slab.h>

#include "bridge/gem.h"
#include "bridge/mutant.h"
#include "bridge/pagetable.h"
#include "bridge/smmu.h"

#define TABLE_GFP (GFP_KERNEL_ACCOUNT | __GFP_ZERO | __GFP_NOWARN)

/* Of all devices, with those that are only kept for a map to come. */
static atomic_long_t pages_in_use;

static struct page *take_pages(unsigned int order)
{
	struct page *page = alloc_pages(TABLE_GFP, order);

	if (page)
		atomic_long_add(1 << order, &pages_in_use);
	return page;
}

static void give_pages(struct page *page, unsigned int order)
{
	atomic_long_sub(1 << order, &pages_in_use);
	__free_pages(page, order);
}

u64 bridge_pagetable_pages(void)
{
	return atomic_long_read(&pages_in_use);
}

/* Linked through the descriptor: a table that a TLB may still walk must keep its contents. */
static void push(struct bridge_tables *tables, struct page *page)
{
	set_page_private(page, (unsigned long)tables->first);
	tables->first = page;
	tables->count++;
}

static struct page *pop(struct bridge_tables *tables)
{
	struct page *page = tables->first;

	if (!page)
		return NULL;
	tables->first = (void *)page_private(page);
	tables->count--;
	set_page_private(page, 0);
	return page;
}

int bridge_tables_fill(struct bridge_tables *tables, u32 count)
{
	while (tables->count < count) {
		struct page *page = take_pages(0);

		if (!page)
			return -ENOMEM;
		push(tables, page);
	}
	return 0;
}

void bridge_tables_free(struct bridge_tables *tables)
{
	struct page *page;

	while ((page = pop(tables)))
		give_pages(page, 0);
}

static void *table_alloc(void *cookie, size_t size, gfp_t gfp)
{
	struct bridge_pagetable *pagetable = cookie;
	struct page *page;

	/* The root is made with the pagetable itself. */
	if (!pagetable->root) {
		page = take_pages(get_order(size));
		if (!page)
			return NULL;
		pagetable->root = page_address(page);
		pagetable->pages += 1 << get_order(size);
		return pagetable->root;
	}

	page = pagetable->spare ? pop(pagetable->spare) : NULL;
	if (!page)
		return NULL;
	pagetable->pages++;
	return page_address(page);
}

static void table_free(void *cookie, void *table, size_t size)
{
	struct bridge_pagetable *pagetable = cookie;

	pagetable->pages -= 1 << get_order(size);
	if (table == pagetable->root)
		give_pages(virt_to_page(table), get_order(size));
	else if (pagetable->dead)
		push(pagetable->dead, virt_to_page(table));
	else
		give_pages(virt_to_page(table), 0);
}

/* Invalidation is ours, once for each unmap as a whole; tables are not freed before it. */
static void no_flush_all(void *cookie) {}

static void no_flush_walk(unsigned long iova, size_t size, size_t granule, void *cookie) {}

static const struct iommu_flush_ops flush_later = {
	.tlb_flush_all = no_flush_all,
	.tlb_flush_walk = no_flush_walk,
};

int bridge_pagetable_create(struct bridge_smmu *smmu, struct bridge_pagetable **out)
{
	struct bridge_pagetable *pagetable;

	if (!bridge_smmu_has_process_tables(smmu))
		return -EOPNOTSUPP;

	pagetable = kzalloc(sizeof(*pagetable), GFP_KERNEL_ACCOUNT);
	if (!pagetable)
		return -ENOMEM;

	/*
	 * The same shape as the kernel's half, whose configuration the SMMU is already set up for.
	 */
	pagetable->config = *smmu->priv.get_ttbr1_cfg(smmu->priv.cookie);
	pagetable->config.quirks &= ~IO_PGTABLE_QUIRK_ARM_TTBR1;
	pagetable->config.tlb = &flush_later;
	pagetable->config.alloc = table_alloc;
	pagetable->config.free = table_free;
	/* Tables come as single pages, so a table must be one. */
	if (1UL << __ffs(pagetable->config.pgsize_bitmap) != PAGE_SIZE) {
		kfree(pagetable);
		return -EOPNOTSUPP;
	}

	pagetable->ops = alloc_io_pgtable_ops(ARM_64_LPAE_S1, &pagetable->config, pagetable);
	if (!pagetable->ops) {
		kfree(pagetable);
		return -ENOMEM;
	}
	*out = pagetable;
	return 0;
}

void bridge_pagetable_destroy(struct bridge_pagetable *pagetable)
{
	free_io_pgtable_ops(pagetable->ops);
	kfree(pagetable);
}

u64 bridge_pagetable_ttbr(const struct bridge_pagetable *pagetable)
{
	return pagetable->config.arm_lpae_s1_cfg.ttbr;
}

u32 bridge_pagetable_own_pages(const struct bridge_pagetable *pagetable)
{
	return READ_ONCE(pagetable->pages);
}

u64 bridge_pagetable_count(u64 iova, u64 size)
{
	const u64 entries = PAGE_SIZE / sizeof(u64);
	u64 span = PAGE_SIZE * entries;
	u64 count = 0;

	/* One table of each level below the root for each span of it that the range touches. */
	for (int level = 3; level > 0; level--, span *= entries)
		count += (iova + size - 1) / span - iova / span + 1;
	return count;
}

/*
 * The largest page that fits at @address and @phys, and how many of it until a still larger one
 * would fit. An unmap passes the address for both: the entry found there decides, and a larger size
 * takes a whole table away.
 */
static size_t choose_page(unsigned long sizes, u64 address, u64 phys, u64 size, size_t *count)
{
	unsigned long fitting = sizes & GENMASK(__fls(size), 0);
	unsigned long larger;
	size_t page;

	if (address | phys)
		fitting &= GENMASK(__ffs(address | phys), 0);
	page = 1UL << __fls(fitting);

	larger = sizes & ~GENMASK(__fls(fitting), 0);
	if (larger) {
		u64 next = 1UL << __ffs(larger);
		u64 distance = next - (address & (next - 1));

		if (!((address ^ phys) & (next - 1)) && distance < size && size - distance >= next)
			size = distance;
	}
	*count = size / page;
	return page;
}

static void unmap(struct bridge_pagetable *pagetable, u64 iova, u64 size)
{
	while (size) {
		size_t count, page, unmapped;

		page = choose_page(pagetable->config.pgsize_bitmap, iova, iova, size, &count);
		unmapped = pagetable->ops->unmap_pages(pagetable->ops, iova, page, count, NULL);
		if (WARN_ON_ONCE(!unmapped))
			unmapped = page;
		iova += unmapped;
		size -= unmapped;
	}
}

static int map_range(struct bridge_pagetable *pagetable, u64 *iova, u64 phys, u64 size, int prot)
{
	while (size) {
		size_t count, page, mapped = 0;
		int ret;

		page = choose_page(pagetable->config.pgsize_bitmap, *iova, phys, size, &count);
		ret = pagetable->ops->map_pages(pagetable->ops, *iova, phys, page, count, prot,
						GFP_NOWAIT, &mapped);
		*iova += mapped;
		phys += mapped;
		size -= mapped;
		if (ret)
			return ret;
	}
	return 0;
}

int bridge_pagetable_map(struct bridge_pagetable *pagetable, struct bridge_tables *tables, u64 iova,
			 const struct bridge_pages *pages, u64 offset, u64 size, u32 prot,
			 u64 *mapped)
{
	unsigned int entries = pages->imported ? pages->table->nents : pages->table->orig_nents;
	int flags = bridge_iommu_prot(prot);
	struct scatterlist *sg;
	u64 at = iova;
	unsigned int i;
	int ret = 0;

	pagetable->spare = tables;
	for_each_sg(pages->table->sgl, sg, entries, i)
	{
		u64 phys = pages->imported ? sg_dma_address(sg) : sg_phys(sg);
		u64 length = pages->imported ? sg_dma_len(sg) : sg->length;

		if (!size || ret)
			break;
		if (length <= offset) {
			offset -= length;
			continue;
		}
		length = min(length - offset, size);
		if (bridge_mutant(BRIDGE_MUTANT_pte_wrong_page) && length > PAGE_SIZE) {
			ret = map_range(pagetable, &at, phys + offset, PAGE_SIZE, flags);
			length -= PAGE_SIZE;
			size -= PAGE_SIZE;
		}
		if (!ret)
			ret = map_range(pagetable, &at, phys + offset, length, flags);
		size -= length;
		offset = 0;
	}
	pagetable->spare = NULL;

	*mapped = at - iova;
	if (!ret && size)
		ret = -EINVAL;
	return ret;
}

void bridge_pagetable_unmap(struct bridge_pagetable *pagetable, u64 iova, u64 size,
			    struct bridge_tables *dead)
{
	if (bridge_mutant(BRIDGE_MUTANT_unmap_short))
		size -= PAGE_SIZE;
	pagetable->dead = dead;
	unmap(pagetable, iova, size);
	pagetable->dead = NULL;
}

/* Later kernels' io-pgtable has this, 6.12's does not. */
void bridge_pagetable_walk(const struct bridge_pagetable *pagetable, u64 iova, u64 entries[4])
{
	const u64 valid = 1, table_or_page = 2;
	const unsigned int bits = PAGE_SHIFT - ilog2(sizeof(u64));
	const unsigned int levels = DIV_ROUND_UP(pagetable->config.ias - PAGE_SHIFT, bits);
	const u64 *table = pagetable->root;

	memset(entries, 0, 4 * sizeof(*entries));
	if (iova >> pagetable->config.ias)
		return;
	for (unsigned int level = 4 - levels; level < 4; level++) {
		u64 entry = READ_ONCE(
			table[iova >> (PAGE_SHIFT + bits * (3 - level)) & (BIT(bits) - 1)]);

		entries[level] = entry;
		if (!(entry & valid) || !(entry & table_or_page))
			return;
		table = phys_to_virt(entry & GENMASK_ULL(47, PAGE_SHIFT));
	}
}
