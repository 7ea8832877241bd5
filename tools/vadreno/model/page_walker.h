/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SMMU's stage 1 translation table walk: AArch64 format, 4 KiB or 64 KiB granule, with the
 * address space split between TTBR0 (top bits all zero) and TTBR1 (top bits all one).
 *
 * A walk reads the tables in guest memory as they are now; it caches nothing.
 * Source: Arm SMMU Architecture Specification v2 (IHI 0062), Arm ARM (DDI 0487) D8; the fields that
 * Linux sets are in arm_smmu_lpae_tcr() and io-pgtable-arm.c.
 */
#pragma once

#include <array>
#include <cstdint>

#include "../vfio_user/guest_memory.h"

namespace vadreno {

/** WalkRegisters - the registers of a context bank that steer a walk. */
struct WalkRegisters {
	std::uint32_t tcr;
	std::uint64_t ttbr0;
	std::uint64_t ttbr1;

	/** asid() - the address space identifier in use: TTBR1's if TCR.A1, else TTBR0's. */
	std::uint16_t asid() const;
};

/**
 * Access - what a transaction wants.
 * @source is the block of the GPU that makes it, as FSYNR1 tells: 0 CP, 2 texture pipe, 4 CCU
 * (a6xx_fault_block() in Linux' a6xx_gpu.c).
 */
struct Access {
	bool write = false;
	bool privileged = false;
	bool execute = false;
	std::uint8_t source = 0;
};

/** Page - a translation as the walk finds it and the TLB keeps it. Addresses are page-aligned. */
struct Page {
	std::uint64_t virtual_address;
	std::uint64_t physical_address;
	std::uint64_t size; /* bytes, a power of two: a page or a block */
	bool user;          /* unprivileged accesses are allowed */
	bool writable;
	bool execute_never;
	bool global; /* matches every ASID */

	bool allows(const Access &access) const;
	bool operator==(const Page &) const = default;
};

enum class WalkFault { none, translation, access_flag, external };

/** WalkTable - a table below the root as a walk comes by it, with what is forbidden by the
 * descriptors on the way there. */
struct WalkTable {
	unsigned level; /* of its descriptors, 1…3 */
	std::uint64_t virtual_address;
	std::uint64_t size; /* bytes of virtual addresses that it translates */
	std::uint64_t table;
	bool user, writable, execute_never;
};

struct WalkResult {
	WalkFault fault = WalkFault::none;
	unsigned level = 0; /* of the descriptor that ended the walk, 0…3 */
	Page page{};
	std::array<WalkTable, 3> tables{};
	unsigned table_count = 0;
};

/** walk() - translate a sign-extended 64-bit virtual address, from the root or from @start, a
 * table that is known already. */
WalkResult walk(const WalkRegisters &registers, std::uint64_t address,
		const vfio_user::GuestMemory &memory, const WalkTable *start = nullptr);

} // namespace vadreno
