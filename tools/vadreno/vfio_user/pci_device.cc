// SPDX-License-Identifier: GPL-2.0-only
#include "pci_device.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "protocol.h"

namespace vfio_user {

namespace {

/* Registers are 32 bits wide; the SMMU's wide ones also take 64. Anything else is no access a
 * driver makes. */
bool register_access(std::uint64_t offset, std::size_t size)
{
	return (size == 4 || size == 8) && offset % size == 0;
}

} // namespace

std::uint64_t PciDevice::region_size(std::uint32_t region) const
{
	switch (region) {
	case region_bar0:
		return identity_.bar0_size;
	case region_bar4:
		return identity_.bar4_size;
	case region_config:
		return PciConfig::size;
	default:
		return 0;
	}
}

std::uint32_t PciDevice::irq_count(std::uint32_t index) const
{
	return index == irq_msix ? identity_.vectors : 0;
}

int PciDevice::read(std::uint32_t region, std::uint64_t offset, std::span<std::byte> data)
{
	switch (region) {
	case region_bar0: {
		if (!register_access(offset, data.size()))
			return EINVAL;
		const std::uint64_t value =
			registers_.read(offset, static_cast<unsigned>(data.size()));
		std::memcpy(data.data(), &value, data.size());
		return 0;
	}
	case region_bar4:
		std::ranges::copy(std::span(table_).subspan(offset, data.size()), data.begin());
		return 0;
	case region_config:
		config_.read(offset, data);
		return 0;
	default:
		return EINVAL;
	}
}

int PciDevice::write(std::uint32_t region, std::uint64_t offset, std::span<const std::byte> data)
{
	switch (region) {
	case region_bar0: {
		if (!register_access(offset, data.size()))
			return EINVAL;
		std::uint64_t value = 0;
		std::memcpy(&value, data.data(), data.size());
		registers_.write(offset, static_cast<unsigned>(data.size()), value);
		return 0;
	}
	case region_bar4:
		std::ranges::copy(data, table_.begin() + static_cast<std::ptrdiff_t>(offset));
		return 0;
	case region_config:
		config_.write(offset, data);
		return 0;
	default:
		return EINVAL;
	}
}

void PciDevice::set_eventfd(std::uint32_t, std::uint32_t vector, UniqueFd fd)
{
	msix_.set_eventfd(vector, std::move(fd));
}

void PciDevice::trigger(std::uint32_t, std::uint32_t vector)
{
	msix_.fire(vector);
}

int PciDevice::dma_map(std::uint64_t iova, std::uint64_t size, UniqueFd fd, std::uint64_t offset,
		       bool writable)
{
	return memory_.map(iova, size, std::move(fd), offset, writable);
}

void PciDevice::reset()
{
	config_.reset();
	std::ranges::fill(table_, std::byte{0});
	msix_.clear_pending();
	registers_.reset();
}

} // namespace vfio_user
