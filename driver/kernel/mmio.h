/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A block of 32-bit device registers. Registers are numbered in dwords, as Adreno's register lists
 * number them. Reads and writes are readl() and writel(): ordered among themselves and against
 * memory.
 */
#pragma once

#include "bridge/mmio.h"
#include "kernel/types.h"

namespace kernel {

/**
 * class Mmio - registers mapped at an address; whoever mapped them unmaps them
 *
 * The device must have power and clocks. Usable from any context.
 */
class Mmio {
public:
	constexpr Mmio() = default;
	/**
	 * Mmio() - @base: from ioremap and its like; @bytes: size of the block
	 */
	Mmio(void *base, size_t bytes)
		: base_(static_cast<unsigned char *>(base)), count_(bytes / 4)
	{
	}

	explicit constexpr operator bool() const { return base_ != nullptr; }
	/** count() - Number of registers. */
	constexpr size_t count() const { return count_; }

	u32 read(u32 reg) const { return bridge_readl(at(reg)); }
	void write(u32 reg, u32 value) const { bridge_writel(at(reg), value); }

private:
	/* Outside the block is a BUG: it would be some other device's register. */
	unsigned char *at(u32 reg) const
	{
		if (reg >= count_) [[unlikely]]
			__builtin_trap();
		return base_ + 4 * static_cast<size_t>(reg);
	}

	unsigned char *base_ = nullptr;
	size_t count_ = 0;
};

} // namespace kernel
