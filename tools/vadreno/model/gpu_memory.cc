// SPDX-License-Identifier: GPL-2.0-only
#include "gpu_memory.h"

#include <optional>

namespace vadreno {

namespace {

std::uint64_t bus_address(std::uint64_t iova)
{
	constexpr unsigned unused = 64 - GpuMemory::address_bits;
	return static_cast<std::uint64_t>(static_cast<std::int64_t>(iova << unused) >> unused);
}

std::uint64_t word_address(std::uint64_t iova)
{
	return iova & ~3ull;
}

} // namespace

std::optional<std::uint64_t> GpuMemory::read_physical(std::uint64_t address, unsigned bytes) const
{
	if (bytes == 8)
		return memory_.read64(address);
	const auto word = memory_.read32(word_address(address));
	if (!word)
		return std::nullopt;
	return *word >> 8 * (address % 4) & (0xffffffffu >> (32 - 8 * bytes));
}

bool GpuMemory::write_physical(std::uint64_t address, unsigned bytes, std::uint64_t value)
{
	switch (bytes) {
	case 1:
		return memory_.write8(address, static_cast<std::uint8_t>(value));
	case 2:
		return memory_.write16(address, static_cast<std::uint16_t>(value));
	case 4:
		return memory_.write32(address, static_cast<std::uint32_t>(value));
	}
	return memory_.write64(address, value);
}

std::uint64_t GpuMemory::transfer(std::uint64_t iova, unsigned bytes, const Access &access,
				  std::uint64_t value)
{
	if (next_ < results_.size())
		return results_[next_++];

	const std::uint64_t address = bus_address(iova);
	const Smmu::Result at = smmu_.translate(stream, address, access);
	std::uint64_t result = 0;

	if (at.outcome == Smmu::Outcome::stalled)
		throw MemoryStall{};
	if (at.outcome == Smmu::Outcome::ok && !at.null) {
		const std::uint64_t to = bytes < 4 ? at.address : word_address(at.address);
		const auto read = access.write ? std::nullopt : read_physical(to, bytes);
		if (access.write ? !write_physical(to, bytes, value) : !read)
			smmu_.external_abort(stream, address, access);
		result = read.value_or(0);
	}
	results_.push_back(result);
	next_ = results_.size();
	return result;
}

std::uint32_t GpuMemory::read32(std::uint64_t iova, Master master)
{
	return read_part(iova, 4, master);
}

void GpuMemory::write32(std::uint64_t iova, std::uint32_t value, Master master)
{
	write_part(iova, value, 4, master);
}

std::uint64_t GpuMemory::read64(std::uint64_t iova, Master master)
{
	if (word_address(iova) % 8) {
		const std::uint64_t low = read32(iova, master);
		return low | static_cast<std::uint64_t>(read32(iova + 4, master)) << 32;
	}
	return transfer(iova, 8, {.privileged = master.privileged, .source = master.source}, 0);
}

void GpuMemory::write64(std::uint64_t iova, std::uint64_t value, Master master)
{
	if (word_address(iova) % 8) {
		write32(iova, static_cast<std::uint32_t>(value), master);
		write32(iova + 4, static_cast<std::uint32_t>(value >> 32), master);
		return;
	}
	transfer(iova, 8, {.write = true, .privileged = master.privileged, .source = master.source},
		 value);
}

std::uint32_t GpuMemory::read_part(std::uint64_t iova, unsigned bytes, Master master)
{
	return static_cast<std::uint32_t>(transfer(
		iova, bytes, {.privileged = master.privileged, .source = master.source}, 0));
}

void GpuMemory::write_part(std::uint64_t iova, std::uint32_t value, unsigned bytes, Master master)
{
	transfer(iova, bytes,
		 {.write = true, .privileged = master.privileged, .source = master.source}, value);
}

} // namespace vadreno
