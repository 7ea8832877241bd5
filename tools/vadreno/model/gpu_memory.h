/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest memory as the GPU sees it: GPU virtual addresses (iova), through the SMMU with the GPU's
 * stream ID.
 *
 * An aborted read gives zero and an aborted write is lost, as on the real bus; the SMMU has
 * recorded the fault. A stalled access throws MemoryStall: whatever was going on must be begun
 * again once the SMMU says so.
 */
#pragma once

#include <cstdint>

#include "../vfio_user/guest_memory.h"
#include "smmu.h"

namespace vadreno {

/** MemoryStall - thrown by an access that the SMMU holds back. */
struct MemoryStall {};

/** GpuMemory - 32- and 64-bit accesses at 4-byte aligned iovas; the two low bits are ignored, as
 * the CP does. */
class GpuMemory {
public:
	static constexpr std::uint16_t stream = 0;
	/* a6xx puts 49 address bits on the bus; bit 48 selects the kernel's half
	 * (adreno_iommu_create_vm in Linux). */
	static constexpr unsigned address_bits = 49;

	GpuMemory(Smmu &smmu, vfio_user::GuestMemory &memory) : smmu_(smmu), memory_(memory) {}

	std::uint32_t read32(std::uint64_t iova, bool privileged = false);
	std::uint64_t read64(std::uint64_t iova, bool privileged = false);
	void write32(std::uint64_t iova, std::uint32_t value, bool privileged = false);
	/** write_part() - the low @bytes (1, 2 or 4) of @value, to a multiple of that many bytes. */
	void write_part(std::uint64_t iova, std::uint32_t value, unsigned bytes);
	/* One access if the address is 8-byte aligned, two otherwise. */
	void write64(std::uint64_t iova, std::uint64_t value, bool privileged = false);

private:
	Smmu &smmu_;
	vfio_user::GuestMemory &memory_;
};

} // namespace vadreno
