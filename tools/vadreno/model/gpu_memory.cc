// SPDX-License-Identifier: GPL-2.0-only
#include "gpu_memory.h"

#include <optional>

namespace vadreno {

namespace {

std::uint64_t bus_address(std::uint64_t iova)
{
	constexpr unsigned unused = 64 - GpuMemory::address_bits;
	return static_cast<std::uint64_t>(static_cast<std::int64_t>(iova << unused) >> unused) &
	       ~3ull;
}

} // namespace

std::uint32_t GpuMemory::read32(std::uint64_t iova, bool privileged)
{
	const std::uint64_t address = bus_address(iova);
	const Access access{.privileged = privileged};
	const Smmu::Result at = smmu_.translate(stream, address, access);

	if (at.outcome == Smmu::Outcome::stalled)
		throw MemoryStall{};
	if (at.outcome == Smmu::Outcome::aborted || at.null)
		return 0;
	const auto value = memory_.read32(at.address);
	if (!value)
		smmu_.external_abort(stream, address, access);
	return value.value_or(0);
}

std::uint64_t GpuMemory::read64(std::uint64_t iova, bool privileged)
{
	const std::uint64_t address = bus_address(iova);
	const Access access{.privileged = privileged};

	if (address % 8) {
		const std::uint64_t low = read32(iova, privileged);
		return low | static_cast<std::uint64_t>(read32(iova + 4, privileged)) << 32;
	}
	const Smmu::Result at = smmu_.translate(stream, address, access);
	if (at.outcome == Smmu::Outcome::stalled)
		throw MemoryStall{};
	if (at.outcome == Smmu::Outcome::aborted || at.null)
		return 0;
	const auto value = memory_.read64(at.address);
	if (!value)
		smmu_.external_abort(stream, address, access);
	return value.value_or(0);
}

void GpuMemory::write32(std::uint64_t iova, std::uint32_t value, bool privileged)
{
	const std::uint64_t address = bus_address(iova);
	const Access access{.write = true, .privileged = privileged};
	const Smmu::Result at = smmu_.translate(stream, address, access);

	if (at.outcome == Smmu::Outcome::stalled)
		throw MemoryStall{};
	if (at.outcome == Smmu::Outcome::ok && !at.null && !memory_.write32(at.address, value))
		smmu_.external_abort(stream, address, access);
}

void GpuMemory::write_part(std::uint64_t iova, std::uint32_t value, unsigned bytes)
{
	if (bytes == 4) {
		write32(iova, value);
		return;
	}
	const std::uint64_t address = bus_address(iova);
	const Access access{.write = true, .privileged = false};
	const Smmu::Result at = smmu_.translate(stream, address, access);

	if (at.outcome == Smmu::Outcome::stalled)
		throw MemoryStall{};
	if (at.outcome != Smmu::Outcome::ok || at.null)
		return;
	const std::uint64_t place = at.address + iova % 4;
	const bool written = bytes == 1 ? memory_.write8(place, static_cast<std::uint8_t>(value))
					: memory_.write16(place, static_cast<std::uint16_t>(value));
	if (!written)
		smmu_.external_abort(stream, address, access);
}

void GpuMemory::write64(std::uint64_t iova, std::uint64_t value, bool privileged)
{
	const std::uint64_t address = bus_address(iova);
	const Access access{.write = true, .privileged = privileged};

	if (address % 8) {
		write32(iova, static_cast<std::uint32_t>(value), privileged);
		write32(iova + 4, static_cast<std::uint32_t>(value >> 32), privileged);
		return;
	}
	const Smmu::Result at = smmu_.translate(stream, address, access);
	if (at.outcome == Smmu::Outcome::stalled)
		throw MemoryStall{};
	if (at.outcome == Smmu::Outcome::ok && !at.null && !memory_.write64(at.address, value))
		smmu_.external_abort(stream, address, access);
}

} // namespace vadreno
