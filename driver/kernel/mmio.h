/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A block of 32-bit device registers. Registers are numbered in dwords, as Adreno's register lists
 * number them. Reads and writes are readl() and writel(): ordered among themselves and against
 * memory.
 */
#pragma once

#include "bridge/mmio.h"
#include "kernel/contexts.h"
#include "kernel/result.h"
#include "kernel/time.h"
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
	/** modify() - Clears the bits of @mask, sets those of @bits. */
	void modify(u32 reg, u32 mask, u32 bits) const { write(reg, (read(reg) & ~mask) | bits); }

	/** read64() - Two registers, low first; only for those that latch the high half. */
	u64 read64(u32 low) const
	{
		u64 value = read(low);

		return value | static_cast<u64>(read(low + 1)) << 32;
	}
	void write64(u32 low, u64 value) const
	{
		write(low, static_cast<u32>(value));
		write(low + 1, static_cast<u32>(value >> 32));
	}

	/**
	 * poll() - Reads until @done(value), sleeping @interval_us in between
	 *
	 * Return: the value that satisfied @done, or ETIMEDOUT. It is read once more after the time
	 * is up.
	 */
	template <typename Done>
	Result<u32> poll(Signalling token, u32 reg, Done done, Nanoseconds timeout,
			 u32 interval_us = 10) const
	{
		Deadline deadline = Deadline::after(timeout);

		for (;;) {
			bool last = deadline.passed();
			u32 value = read(reg);

			if (done(value))
				return value;
			if (last)
				return err(ETIMEDOUT);
			sleep_for(token, interval_us);
		}
	}

	/**
	 * poll_atomic() - poll() without sleeping, for interrupt context: keep @timeout below a
	 * millisecond.
	 */
	template <typename Done>
	Result<u32> poll_atomic(u32 reg, Done done, Nanoseconds timeout, u32 interval_us = 1) const
	{
		Deadline deadline = Deadline::after(timeout);

		for (;;) {
			bool last = deadline.passed();
			u32 value = read(reg);

			if (done(value))
				return value;
			if (last)
				return err(ETIMEDOUT);
			delay(interval_us);
		}
	}

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
