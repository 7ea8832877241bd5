/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bits of the a6xx registers that the driver uses, one namespace per register.
 *
 * Source: Linux, drivers/gpu/drm/msm/registers/adreno/{a6xx,adreno_common}.xml.
 */
#pragma once

#include "kernel/types.h"

namespace msm::adreno::field {

constexpr u32 bit(unsigned n)
{
	return 1u << n;
}

namespace rbbm_int_0 {
inline constexpr u32 cp_ahb_error = bit(1);
inline constexpr u32 atb_asyncfifo_overflow = bit(6);
inline constexpr u32 cp_hw_error = bit(9);
inline constexpr u32 cp_ib2 = bit(13);
inline constexpr u32 cp_ib1 = bit(14);
inline constexpr u32 cp_rb = bit(15);
inline constexpr u32 cp_cache_flush_ts = bit(20);
inline constexpr u32 atb_bus_overflow = bit(22);
inline constexpr u32 hang_detect = bit(23);
inline constexpr u32 uche_oob_access = bit(24);
inline constexpr u32 uche_trap_intr = bit(25);

/** enabled - what the driver wants to hear of */
inline constexpr u32 enabled = cp_ahb_error | atb_asyncfifo_overflow | cp_hw_error | cp_ib2 |
			       cp_ib1 | cp_rb | cp_cache_flush_ts | atb_bus_overflow | hang_detect |
			       uche_oob_access | uche_trap_intr;
} // namespace rbbm_int_0

namespace rbbm_status {
/**
 * cp_ahb_busy_cx_master - set whenever the CPU reads a register, so it says nothing about idleness
 */
inline constexpr u32 cp_ahb_busy_cx_master = bit(0);
} // namespace rbbm_status

namespace rbbm_status3 {
inline constexpr u32 smmu_stalled_on_fault = bit(24);
} // namespace rbbm_status3

namespace rbbm_interface_hang_int_cntl {
inline constexpr u32 enable = bit(30);
} // namespace rbbm_interface_hang_int_cntl

namespace cp_interrupt_status {
inline constexpr u32 opcode_error = bit(0);
inline constexpr u32 ucode_error = bit(1);
inline constexpr u32 hw_fault_error = bit(2);
inline constexpr u32 register_protection_error = bit(4);
inline constexpr u32 ahb_error = bit(5);
inline constexpr u32 vsd_parity_error = bit(6);
inline constexpr u32 illegal_instr_error = bit(7);
} // namespace cp_interrupt_status

namespace cp_protect_status {
inline constexpr u32 address = 0x3ffff;
inline constexpr u32 read = bit(20);
} // namespace cp_protect_status

namespace cp_protect_cntl {
inline constexpr u32 access_prot_en = bit(0);
inline constexpr u32 access_fault_on_viol_en = bit(1);
inline constexpr u32 last_span_inf_range = bit(3);
} // namespace cp_protect_cntl

namespace cp_rb_cntl {
/** no_update - the CP does not write its read pointer to memory by itself (CP_WHERE_AM_I does) */
inline constexpr u32 no_update = bit(27);

/** sizes() - BUFSZ and BLKSZ, in powers of two of quadwords */
constexpr u32 sizes(u32 ring_bytes, u32 block_bytes)
{
	return static_cast<u32>(__builtin_ctz(ring_bytes / 8)) |
	       static_cast<u32>(__builtin_ctz(block_bytes / 8)) << 8;
}
} // namespace cp_rb_cntl

namespace gbif_halt {
inline constexpr u32 client = bit(0);
inline constexpr u32 arb = bit(1);
} // namespace gbif_halt

namespace rbbm_gbif_halt {
inline constexpr u32 halt = bit(0);
} // namespace rbbm_gbif_halt

} // namespace msm::adreno::field
