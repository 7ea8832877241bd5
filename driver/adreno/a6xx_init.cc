// SPDX-License-Identifier: GPL-2.0-only
/*
 * See a6xx_init.h. Source of order and values: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c
 * (hw_init, 7.2 and 6.12, which agree for the chips here).
 */
#include "adreno/a6xx_init.h"

#include "adreno/a6xx_fields.h"
#include "kernel/mutant.h"

namespace msm::adreno {

namespace {

constexpr u64 halt_timeout_us = 1000000;
/* What the CP fetches at a time from the ring, bytes. */
constexpr u32 ring_block_bytes = 32;

/* CP_SQE_CNTL */
constexpr u32 sqe_runs = 1;
constexpr u32 sqe_halts = 3;
/* UCHE: the last line below the trap range that may be written through. */
constexpr u64 uche_write_range = 0xfc0;

void open_secure_range(RegisterIo &io)
{
	/* No secure memory is used, so none of the address space is set aside for it. */
	io.write(reg::RBBM_SECVID_TSB_CNTL, 0);
	io.write64(reg::RBBM_SECVID_TSB_TRUSTED_BASE, 0);
	io.write(reg::RBBM_SECVID_TSB_TRUSTED_SIZE, 0);
}

void set_64_bit_addressing(RegisterIo &io)
{
	static constexpr GpuReg blocks[] = {
		reg::CP_ADDR_MODE_CNTL,   reg::VSC_ADDR_MODE_CNTL,
		reg::GRAS_ADDR_MODE_CNTL, reg::RB_ADDR_MODE_CNTL,
		reg::PC_ADDR_MODE_CNTL,   reg::HLSQ_ADDR_MODE_CNTL,
		reg::VFD_ADDR_MODE_CNTL,  reg::VPC_ADDR_MODE_CNTL,
		reg::UCHE_ADDR_MODE_CNTL, reg::SP_ADDR_MODE_CNTL,
		reg::TPL1_ADDR_MODE_CNTL, reg::RBBM_SECVID_TSB_ADDR_MODE_CNTL,
	};

	for (GpuReg block : blocks)
		io.write(block, 1);
}

void enable_clock_gating(RegisterIo &io, const ClockGating &gating)
{
	io.write(reg::GPU_GMU_AO_GMU_CGC_MODE_CNTL, gating.gmu_mode);
	io.write(reg::GPU_GMU_AO_GMU_CGC_DELAY_CNTL, gating.gmu_delay);
	io.write(reg::GPU_GMU_AO_GMU_CGC_HYST_CNTL, gating.gmu_hysteresis);

	/*
	 * Already on: the GX domain kept its state, and the table must not be written while the
	 * clocks are gated by it.
	 */
	if (io.read(reg::RBBM_CLOCK_CNTL) == gating.clock_cntl)
		return;

	for (const RegValue &block : gating.blocks)
		io.write(block.reg, block.value);
	io.write(reg::RBBM_CLOCK_CNTL, gating.clock_cntl);
}

void configure_bus(RegisterIo &io, const ChipInfo &chip)
{
	/* Behind a GMU wrapper nobody else sets up the CX side of the bus interface. */
	io.write(reg::GBIF_QSB_SIDE0, chip.gbif_qsb);
	io.write(reg::GBIF_QSB_SIDE1, chip.gbif_qsb);
	io.write(reg::GBIF_QSB_SIDE2, chip.gbif_qsb);
	io.write(reg::GBIF_QSB_SIDE3, chip.gbif_qsb);
	io.write(reg::RBBM_GBIF_CLIENT_QOS_CNTL, chip.gbif_client_qos);
}

void configure_uche(RegisterIo &io, const ChipInfo &chip)
{
	io.write64(reg::UCHE_WRITE_RANGE_MAX, chip.uche_trap_base + uche_write_range);
	io.write64(reg::UCHE_TRAP_BASE, chip.uche_trap_base);
	io.write64(reg::UCHE_WRITE_THRU_BASE, chip.uche_trap_base);

	io.write64(reg::UCHE_GMEM_RANGE_MIN, chip.gmem_base);
	io.write64(reg::UCHE_GMEM_RANGE_MAX, chip.gmem_base + chip.gmem_bytes - 1);

	io.write(reg::UCHE_FILTER_CNTL, 0x804);
	io.write(reg::UCHE_CACHE_WAYS, 4);
}

void configure_cp(RegisterIo &io, const ChipInfo &chip)
{
	io.write(reg::CP_ROQ_THRESHOLDS_2, chip.cp_roq_thresholds_2);
	io.write(reg::CP_ROQ_THRESHOLDS_1, chip.cp_roq_thresholds_1);
	io.write(reg::CP_MEM_POOL_SIZE, chip.cp_mem_pool_size);
	io.write(reg::CP_MEM_POOL_DBG_ADDR, chip.cp_mem_pool_size - 1);
	io.write(reg::PC_DBG_ECO_CNTL, chip.pc_dbg_eco_cntl);
	/* An access to a register that is not there answers with an error rather than never. */
	io.write(reg::CP_AHB_CNTL, 1);
}

void configure_counters(RegisterIo &io)
{
	io.write(reg::RBBM_PERFCTR_CNTL, 1);
	/* Countable 0: cycles, always. The submit statistics read it. */
	io.write(reg::CP_PERFCTR_CP_SEL[0], 0);
}

void configure_ubwc(RegisterIo &io, const UbwcConfig &ubwc)
{
	/* The hardware counts from bank bit 13, two low bits and one high bit apart. */
	u32 bank = ubwc.highest_bank_bit - 13;
	u32 bank_high = bank >> 2;
	u32 bank_low = bank & 3;
	u32 no_level_2 = !(ubwc.swizzle & 2);
	u32 min_access = ubwc.min_access_64b;

	io.write(reg::RB_NC_MODE_CNTL, no_level_2 << 12 |
					       static_cast<u32>(ubwc.rgb565_predicator) << 11 |
					       bank_high << 10 | static_cast<u32>(ubwc.amsbc) << 4 |
					       min_access << 3 | bank_low << 1 | ubwc.ubwc_1_0);
	io.write(reg::TPL1_NC_MODE_CNTL, no_level_2 << 6 | bank_high << 4 | min_access << 3 |
						 bank_low << 1 | ubwc.ubwc_1_0);
	io.write(reg::SP_NC_MODE_CNTL, no_level_2 << 12 | bank_high << 10 | min_access << 3 |
					       bank_low << 1 | ubwc.ubwc_1_0);
	io.write(reg::UCHE_MODE_CNTL, min_access << 23 | bank_low << 21);
	io.write(reg::RBBM_NC_MODE_CNTL, ubwc.macrotile_mode);
}

void configure_hang_detection(RegisterIo &io, const ChipInfo &chip)
{
	io.write(reg::RBBM_INTERFACE_HANG_INT_CNTL,
		 field::rbbm_interface_hang_int_cntl::enable | chip.hang_cycles);
	/* UCHE reports which of its clients a page fault came from. */
	io.write(reg::UCHE_CLIENT_PF, 1u << 7 | 1);
}

void configure_power_counter(RegisterIo &io)
{
	/*
	 * The wrapper's counter 0 counts the ticks in which the GPU is busy: what frequency scaling
	 * is decided by.
	 */
	io.write(reg::GPU_GMU_AO_GPU_CX_BUSY_MASK, 0xff000000);
	io.modify(reg::GMU_CX_GMU_POWER_COUNTER_SELECT_0, 0xff, 1u << 5);
	io.write(reg::GMU_CX_GMU_POWER_COUNTER_ENABLE, 1);
}

void protect_registers(RegisterIo &io, std::span<const u32> spans)
{
	if (!kernel::mutant(kernel::Mutant::registers_unprotected))
		io.write(reg::CP_PROTECT_CNTL,
			 field::cp_protect_cntl::access_prot_en |
				 field::cp_protect_cntl::access_fault_on_viol_en |
				 field::cp_protect_cntl::last_span_inf_range);

	u32 last = static_cast<u32>(spans.size()) - 1;

	for (u32 i = 0; i < last; i++)
		io.write(reg::CP_PROTECT[i], spans[i]);
	/* The last register's span has no end, whatever length it says. */
	io.write(reg::CP_PROTECT[reg::CP_PROTECT.size() - 1], spans[last]);
}

} // namespace

void release_bus(RegisterIo &io)
{
	/* Each write is read back to be sure it arrived. */
	io.write(reg::GBIF_HALT, 0);
	io.read(reg::GBIF_HALT);
	io.write(reg::RBBM_GBIF_HALT, 0);
	io.read(reg::RBBM_GBIF_HALT);
}

void program(RegisterIo &io, const ChipInfo &chip, const UbwcConfig &ubwc)
{
	release_bus(io);
	open_secure_range(io);
	set_64_bit_addressing(io);
	enable_clock_gating(io, chip.clock_gating);
	configure_bus(io, chip);
	/* All blocks count for the GPU-busy counter. */
	io.write(reg::RBBM_PERFCTR_GPU_BUSY_MASKED, 0xffffffff);
	configure_uche(io, chip);
	configure_cp(io, chip);
	configure_counters(io);
	configure_ubwc(io, ubwc);
	configure_hang_detection(io, chip);
	configure_power_counter(io);
	protect_registers(io, chip.protect);
	io.write(reg::RBBM_INT_0_MASK, field::rbbm_int_0::enabled);
}

void start_cp(RegisterIo &io, const CpAddresses &addresses)
{
	io.write64(reg::CP_SQE_INSTR_BASE, addresses.microcode);
	io.write64(reg::CP_RB_BASE, addresses.ring);
	/*
	 * The CP cannot write its read pointer through an unprivileged mapping by itself; the ring
	 * has CP_WHERE_AM_I for that.
	 */
	io.write(reg::CP_RB_CNTL, field::cp_rb_cntl::sizes(addresses.ring_bytes, ring_block_bytes) |
					  field::cp_rb_cntl::no_update);
	io.write64(reg::CP_RB_RPTR_ADDR, addresses.rptr_shadow);
	io.write(reg::CP_SQE_CNTL, sqe_runs);
}

bool cp_runs(RegisterIo &io)
{
	return io.read(reg::CP_SQE_CNTL) == sqe_runs;
}

void stop_cp(RegisterIo &io)
{
	io.write(reg::CP_SQE_CNTL, sqe_halts);
}

void leave_secure_mode(RegisterIo &io)
{
	io.write(reg::RBBM_SECVID_TRUST_CNTL, 0);
}

bool is_idle(RegisterIo &io)
{
	if (io.read(reg::RBBM_STATUS) & ~field::rbbm_status::cp_ahb_busy_cx_master)
		return false;
	return !(io.read(reg::RBBM_INT_0_STATUS) & field::rbbm_int_0::hang_detect);
}

bool halt_bus(RegisterIo &io)
{
	bool drained;

	/* First the GX side, then no new requests of the clients, then none of the arbiter. */
	io.write(reg::RBBM_GBIF_HALT, field::rbbm_gbif_halt::halt);
	drained = io.poll(reg::RBBM_GBIF_HALT_ACK, halt_timeout_us,
			  [](u32 ack) { return ack & field::rbbm_gbif_halt::halt; });
	io.write(reg::GBIF_HALT, field::gbif_halt::client);
	drained &= io.poll(reg::GBIF_HALT_ACK, halt_timeout_us,
			   [](u32 ack) { return ack & field::gbif_halt::client; });
	io.write(reg::GBIF_HALT, field::gbif_halt::arb);
	drained &= io.poll(reg::GBIF_HALT_ACK, halt_timeout_us,
			   [](u32 ack) { return ack & field::gbif_halt::arb; });

	/* This one does not clear itself. */
	io.write(reg::GBIF_HALT, 0);
	return drained;
}

} // namespace msm::adreno
