/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables as an address space sees them. There are two kinds: the kernel's half, which the
 * IOMMU core owns, and those of a process, which are ours. Tests have a fake.
 */
#pragma once

#include "gem/bo_flags.h"
#include "kernel/contexts.h"
#include "kernel/gem.h"
#include "kernel/result.h"
#include "kernel/smmu.h"
#include "kernel/types.h"

namespace msm {

/** class Prot - what the GPU may do with a mapping; always read */
class Prot {
public:
	/** Prot::of() - as a BO's flags have it */
	static constexpr Prot of(BoFlags flags)
	{
		return Prot((flags.is_read_only() ? 0 : BRIDGE_PROT_WRITE) |
			    (flags.is_privileged() ? BRIDGE_PROT_PRIVILEGED : 0) |
			    (flags.cache() == CacheMode::coherent ? BRIDGE_PROT_COHERENT : 0));
	}

	/** bits() - BRIDGE_PROT_x */
	constexpr u32 bits() const { return bits_; }

private:
	explicit constexpr Prot(u32 bits) : bits_(bits) {}

	u32 bits_;
};

/** struct PageWalk - the entries by which an address is translated, by level: 0 where none is come by */
struct PageWalk {
	u64 entries[4];
};

/** class Mmu - one set of page tables */
class Mmu {
public:
	Mmu(const Mmu &) = delete;
	Mmu &operator=(const Mmu &) = delete;
	virtual ~Mmu() = default;

	/**
	 * map() - let [iova, iova + size) translate to a part of a BO's memory
	 * @iova, @offset, @size: bytes, multiples of the page size. Nothing may be mapped there.
	 *
	 * Return: ENOMEM, or what the IOMMU says; then nothing is mapped.
	 */
	virtual kernel::Result<void> map(kernel::MayAlloc, u64 iova, const bridge_pages &memory,
					 u64 offset, u64 size, Prot prot) = 0;

	/** unmap() - undo one map(); when it returns the GPU cannot reach the memory any more */
	virtual void unmap(kernel::MayAlloc, u64 iova, u64 size) = 0;

	/**
	 * try_unmap() - unmap() where memory is being reclaimed
	 *
	 * Return: false if these tables cannot be changed there; then nothing is.
	 */
	[[nodiscard]] virtual bool try_unmap(kernel::Reclaim, u64 iova, u64 size) = 0;

	/**
	 * ttbr() - what TTBR0 has to be for these tables; 0 for the kernel's half, which is always
	 * there
	 */
	virtual u64 ttbr() const = 0;

	/**
	 * walk() - how @iova is translated; for dumps
	 *
	 * Return: false for tables that are not ours to look into.
	 */
	virtual bool walk(kernel::Signalling, u64 iova, PageWalk &walk) = 0;

	/** table_pages() - memory of the tables, if it is ours: pages; for statistics */
	virtual u64 table_pages() const = 0;

protected:
	Mmu() = default;
};

} // namespace msm
