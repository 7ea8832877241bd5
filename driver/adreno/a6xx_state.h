/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is read of an a6xx that went wrong: the registers that the CPU may read at any time while the
 * power is on, and the banks behind an address register.
 *
 * Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu_state.{h,c}. Left out is what only the crash
 * dumper reaches (shaders, clusters, the debug bus), the microcode, which is the file's, and the
 * memory pool, which would have to be resized for it.
 */
#pragma once

#include <span>

#include "adreno/register_io.h"

namespace msm::adreno {

/** struct RegisterRange - registers @first to @last */
struct RegisterRange {
	u32 first;
	u32 last;
};

/** state_registers() - in the order in which they are read and shown */
std::span<const RegisterRange> state_registers();

/**
 * struct RegisterBank - @count dwords that @data gives one after the other once @address was set to
 * 0
 */
struct RegisterBank {
	const char *name;
	GpuReg address;
	GpuReg data;
	u32 count;
};

/** state_banks() - the same for banks */
std::span<const RegisterBank> state_banks();

/**
 * read_state() - gives the values of all of them to @sink(u32), in order
 */
template <typename Sink>
void read_state(RegisterIo &io, Sink sink)
{
	for (const RegisterRange &range : state_registers()) {
		for (u32 index = range.first; index <= range.last; index++)
			sink(io.read(GpuReg{index}));
	}
	for (const RegisterBank &bank : state_banks()) {
		io.write(bank.address, 0);
		for (u32 i = 0; i < bank.count; i++)
			sink(io.read(bank.data));
	}
}

} // namespace msm::adreno
