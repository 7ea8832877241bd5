/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest memory as the GPU sees it: GPU virtual addresses (iova), through the SMMU with the GPU's
 * stream ID.
 *
 * An aborted read gives zero and an aborted write is lost, as on the real bus; the SMMU has
 * recorded the fault. A stalled access throws MemoryStall, and is to be made again once the SMMU
 * says so. Since what made it has to be begun again too, the accesses that are over are remembered
 * until commit(): begun again, the same accesses give the same results, and reach memory once.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "../vfio_user/guest_memory.h"
#include "smmu.h"

namespace vadreno {

/** MemoryStall - thrown by an access that the SMMU holds back. */
struct MemoryStall {};

/** MemoryMaster - who makes an access: see Access::source. */
struct MemoryMaster {
	std::uint8_t source = 0;
	bool privileged = false;
};

/**
 * GpuMemory - one master's accesses. Those of 32 and 64 bits are of whole words: the SMMU is asked,
 * and tells of, the address as it was given, and memory ignores its two low bits.
 */
class GpuMemory {
public:
	static constexpr std::uint16_t stream = 0;
	/* a6xx puts 49 address bits on the bus; bit 48 selects the kernel's half
	 * (adreno_iommu_create_vm in Linux). */
	static constexpr unsigned address_bits = 49;

	using Master = MemoryMaster;
	static constexpr Master cp{}, cp_privileged{.privileged = true}, texture_pipe{.source = 2},
		ccu{.source = 4};

	GpuMemory(Smmu &smmu, vfio_user::GuestMemory &memory) : smmu_(smmu), memory_(memory) {}

	std::uint32_t read32(std::uint64_t iova, Master master = cp);
	void write32(std::uint64_t iova, std::uint32_t value, Master master = cp);
	/* One access if the address is 8-byte aligned, two otherwise. */
	std::uint64_t read64(std::uint64_t iova, Master master = cp);
	void write64(std::uint64_t iova, std::uint64_t value, Master master = cp);
	/** read_part(), write_part() - 1, 2 or 4 @bytes; one or two at a multiple of that many. */
	std::uint32_t read_part(std::uint64_t iova, unsigned bytes, Master master);
	void write_part(std::uint64_t iova, std::uint32_t value, unsigned bytes, Master master);

	/** begin() - what was interrupted by a stall starts again. */
	void begin() { next_ = 0; }
	/** commit() - what was begun is over, or will not be begun again. */
	void commit()
	{
		results_.clear();
		next_ = 0;
	}

private:
	/* Any access; returns what was read. */
	std::uint64_t transfer(std::uint64_t iova, unsigned bytes, const Access &access,
			       std::uint64_t value);
	bool write_physical(std::uint64_t address, unsigned bytes, std::uint64_t value);
	std::optional<std::uint64_t> read_physical(std::uint64_t address, unsigned bytes) const;

	Smmu &smmu_;
	vfio_user::GuestMemory &memory_;
	std::vector<std::uint64_t> results_; /* of the accesses since the last commit */
	std::size_t next_ = 0;               /* how many of them were made again */
};

} // namespace vadreno
