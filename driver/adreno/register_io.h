/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seam between the driver's logic and the hardware's registers.
 *
 * Everything that programs the GPU does it through this interface, so that a test can replay a
 * sequence against a recording fake and compare the ordered stream of writes. A virtual call costs
 * nothing next to the access itself. Time belongs to the seam as well: what polls takes its clock
 * from here.
 */
#pragma once

#include "adreno/registers.h"

namespace msm::adreno {

/**
 * class RegisterIo - access to the registers of one GPU and its GMU
 *
 * The power domains and clocks of the block must be on. All functions may be called from any
 * context; a write is ordered after all earlier writes to memory (writel).
 */
class RegisterIo {
public:
	virtual u32 read(GpuReg reg) = 0;
	virtual void write(GpuReg reg, u32 value) = 0;
	virtual u32 read(GmuReg reg) = 0;
	virtual void write(GmuReg reg, u32 value) = 0;

	/** now_us() - a monotonic clock, µs */
	virtual u64 now_us() = 0;
	/** pause_us() - busy-waits for about @us µs */
	virtual void pause_us(u32 us) = 0;

	/** write64() - low half first, as the CP latches on the high one */
	void write64(GpuReg64 reg, u64 value)
	{
		write(reg.low(), static_cast<u32>(value));
		write(reg.high(), static_cast<u32>(value >> 32));
	}

	/** read64() - low half first: reading it latches the high half of a counter */
	u64 read64(GpuReg64 reg)
	{
		u64 low = read(reg.low());

		return low | static_cast<u64>(read(reg.high())) << 32;
	}

	/** modify() - clears @clear, then sets @set */
	void modify(GmuReg reg, u32 clear, u32 set) { write(reg, (read(reg) & ~clear) | set); }

	/**
	 * poll() - waits until @done(value of @reg)
	 * @timeout_us: how long at most; the register is read once more after that, so a late
	 * caller is not misled
	 *
	 * Return: false on timeout.
	 */
	template <typename Reg, typename Done>
	[[nodiscard]] bool poll(Reg reg, u64 timeout_us, Done done)
	{
		u64 deadline = now_us() + timeout_us;

		for (;;) {
			bool late = now_us() >= deadline;

			if (done(read(reg)))
				return true;
			if (late)
				return false;
			pause_us(1);
		}
	}

protected:
	~RegisterIo() = default;
};

} // namespace msm::adreno
