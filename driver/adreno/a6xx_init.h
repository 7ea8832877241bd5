/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bringing an a6xx from powered to running.
 *
 * After power-up every register holds its reset value. program() sets up all blocks but the CP,
 * start_cp() points the CP at its microcode and ring and starts it; then the ring takes ME_INIT,
 * and leave_secure_mode() opens the GPU to ordinary memory. The order of the writes is upstream's,
 * and `make parity` holds it to that.
 */
#pragma once

#include "adreno/catalog.h"
#include "adreno/register_io.h"

namespace msm::adreno {

/**
 * struct CpAddresses - GPU addresses that the CP starts with
 * @microcode: the SQE's instructions
 * @ring: the ring's first dword
 * @rptr_shadow: where CP_WHERE_AM_I and the driver agree to keep the read pointer
 * @ring_bytes: size of the ring, a power of two
 */
struct CpAddresses {
	u64 microcode;
	u64 ring;
	u64 rptr_shadow;
	u32 ring_bytes;
};

/**
 * program() - sets up bus, addressing, clock gating, caches, counters, protection and interrupts
 */
void program(RegisterIo &io, const ChipInfo &chip, const UbwcConfig &ubwc);

/**
 * release_bus() - lifts the halt that a suspend left, if the GX domain has stayed on since;
 * program() does
 */
void release_bus(RegisterIo &io);

/** start_cp() - starts the CP on an empty ring */
void start_cp(RegisterIo &io, const CpAddresses &addresses);

/** cp_runs() - whether it was started, and neither stopped nor powered off since */
bool cp_runs(RegisterIo &io);

/** stop_cp() - fetches nothing more */
void stop_cp(RegisterIo &io);

/**
 * leave_secure_mode() - lets the GPU access ordinary memory
 *
 * For boards without a zap shader: where one guards the register, the write would be a permission
 * violation.
 */
void leave_secure_mode(RegisterIo &io);

/** is_idle() - no block is busy and no hang was detected */
bool is_idle(RegisterIo &io);

/**
 * halt_bus() - lets the outstanding memory traffic drain; to be called before power goes
 *
 * Return: false if the bus did not acknowledge within a second; the halt is lifted in any case.
 */
[[nodiscard]] bool halt_bus(RegisterIo &io);

} // namespace msm::adreno
