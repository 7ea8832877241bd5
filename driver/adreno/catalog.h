/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known about each chip: one constant entry per chip, found by the id in the device tree's
 * compatible.
 *
 * Everything that makes one a6xx different from another is a field here, so that the code that
 * programs the hardware has no "is it this chip" in it.
 */
#pragma once

#include <span>
#include <string_view>

#include "adreno/registers.h"
#include "kernel/result.h"
#include "kernel/ubwc.h"

namespace msm::adreno {

using kernel::err;
using kernel::Result;
using kernel::UbwcConfig;

/** struct RegValue - one register write of a table */
struct RegValue {
	GpuReg reg;
	u32 value;
};

/**
 * struct ClockGating - hardware clock gating: the table of the blocks, then RBBM_CLOCK_CNTL; the
 * GMU's side goes first
 */
struct ClockGating {
	std::span<const RegValue> blocks;
	u32 clock_cntl;
	u32 gmu_mode;
	u32 gmu_delay;
	u32 gmu_hysteresis;
};

/**
 * struct ChipInfo - one chip
 * @chip_id: core, major, minor and patch level, a byte each
 * @revn: the marketing number, MSM_PARAM_GPU_ID
 * @sqe_firmware: name of the CP's microcode below qcom/
 * @gmem_bytes: on-chip tile memory
 * @gmem_base: its GPU address
 * @va_4g: user address spaces end at 4 GiB
 * @uche_trap_base: reads from this address on do not reach memory
 * @protect: CP_PROTECT's spans; the last one is written to the last register and reaches to the end
 * @gbif_qsb: GBIF_QSB_SIDE0…3
 * @hang_cycles: RBBM_INTERFACE_HANG_INT_CNTL's threshold
 * @ubwc: memory layout, for kernels that have no table of it
 * @autosuspend_ms: idle time before runtime suspend
 */
struct ChipInfo {
	u32 chip_id;
	u32 revn;
	const char *sqe_firmware;
	u32 gmem_bytes;
	u64 gmem_base;
	bool va_4g;
	u64 uche_trap_base;
	ClockGating clock_gating;
	std::span<const u32> protect;
	UbwcConfig ubwc;
	u32 gbif_qsb;
	u32 gbif_client_qos;
	u32 cp_roq_thresholds_1;
	u32 cp_roq_thresholds_2;
	u32 cp_mem_pool_size;
	u32 pc_dbg_eco_cntl;
	u32 hang_cycles;
	u32 autosuspend_ms;
};

/** find_chip() - the entry of @chip_id, or nullptr */
const ChipInfo *find_chip(u32 chip_id);

/**
 * parse_compatible() - the chip id that a compatible names
 * @compatible: "qcom,adreno-610.0" (number and patch level), "amd,imageon-200.0" or
 * "qcom,adreno-06010000" (the id itself)
 *
 * Return: the id, or EINVAL if the string is of neither form.
 */
Result<u32> parse_compatible(std::string_view compatible);

} // namespace msm::adreno
