/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Typed names of the GPU's and the GMU's registers.
 *
 * A register is a dword index from the start of the GPU's register space, for the GMU too: its
 * window lies within the same space (the a610's begins at byte 0x6a000). The two blocks have types
 * of their own, so that an access through the wrong window does not compile; a pair of registers
 * that holds 64 bits is a third type, so that half of it is not written by mistake. The names are
 * in the .def files, which the virtual board and msmsubmit share.
 */
#pragma once

#include "kernel/types.h"

namespace msm::adreno {

/** struct GpuReg - a 32-bit register of the GPU: @index in dwords */
struct GpuReg {
	u32 index;
	constexpr bool operator==(const GpuReg &) const = default;
};

/** struct GpuReg64 - two neighbouring GPU registers, the low half at @index */
struct GpuReg64 {
	u32 index;
	constexpr GpuReg low() const { return {index}; }
	constexpr GpuReg high() const { return {index + 1}; }
};

/**
 * struct GmuReg - a 32-bit register of the GMU or its wrapper: @index in dwords from the start of
 * the GPU's registers
 */
struct GmuReg {
	u32 index;
	constexpr bool operator==(const GmuReg &) const = default;
};

/** struct GmuReg64 - two neighbouring GMU registers, the low half at @index */
struct GmuReg64 {
	u32 index;
};

/** struct RegArray - @count registers of type @Reg, @stride dwords apart */
template <typename Reg, u32 count, u32 stride>
struct RegArray {
	u32 index;
	static constexpr u32 size() { return count; }
	/*
	 * An index out of range has no register to return, and so does not compile where it is a
	 * constant.
	 */
	constexpr Reg operator[](u32 i) const
	{
		return i < count ? Reg{index + i * stride} : (__builtin_trap(), Reg{});
	}
};

namespace reg {
#define REG(name, offset)   inline constexpr GpuReg name{offset};
#define REG64(name, offset) inline constexpr GpuReg64 name{offset};
#define REG_ARRAY(name, offset, count, stride) \
	inline constexpr RegArray<GpuReg, count, stride> name{offset};
#define REG64_ARRAY(name, offset, count, stride) \
	inline constexpr RegArray<GpuReg64, count, stride> name{offset};
#include "adreno/a6xx_registers.def"

#define REG(name, offset)   inline constexpr GmuReg name{offset};
#define REG64(name, offset) inline constexpr GmuReg64 name{offset};
#define REG_ARRAY(name, offset, count, stride) \
	inline constexpr RegArray<GmuReg, count, stride> name{offset};
#define REG64_ARRAY(name, offset, count, stride) \
	inline constexpr RegArray<GmuReg64, count, stride> name{offset};
#include "adreno/gmu_registers.def"
} // namespace reg

} // namespace msm::adreno
