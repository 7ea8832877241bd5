// SPDX-License-Identifier: GPL-2.0-only
#include "pci_config.h"

namespace vfio_user {

namespace {

/* Header and capability offsets, under their names in the specification. */
constexpr std::size_t vendor_id = 0x00;
constexpr std::size_t device_id = 0x02;
constexpr std::size_t command = 0x04;
constexpr std::size_t status = 0x06;
constexpr std::size_t class_revision = 0x08;
constexpr std::size_t cache_line_size = 0x0c;
constexpr std::size_t bar0 = 0x10;
constexpr std::size_t bar4 = 0x20;
constexpr std::size_t subsystem_vendor_id = 0x2c;
constexpr std::size_t subsystem_id = 0x2e;
constexpr std::size_t capabilities_pointer = 0x34;
constexpr std::size_t interrupt_line = 0x3c;
constexpr std::size_t msix = 0x40;

constexpr std::uint32_t command_memory_master_intx = 0x0406;
constexpr std::uint32_t status_capabilities = 0x10;
constexpr std::uint32_t capability_msix = 0x11;
constexpr std::uint32_t msix_enable_and_mask = 0xc000;
constexpr std::uint32_t msix_bar = 4;

} // namespace

PciConfig::PciConfig(const PciIdentity &identity)
{
	put(vendor_id, identity.vendor, 2);
	put(device_id, identity.device, 2);
	put(command, 0, 2, command_memory_master_intx);
	put(status, status_capabilities, 2);
	put(class_revision, identity.class_code << 8, 4);
	put(cache_line_size, 0, 1, 0xff);
	put(bar0, 0, 4, ~(identity.bar0_size - 1));
	put(bar4, 0, 4, ~(identity.bar4_size - 1));
	put(subsystem_vendor_id, identity.vendor, 2);
	put(subsystem_id, identity.device, 2);
	put(capabilities_pointer, msix, 1);
	put(interrupt_line, 0, 1, 0xff);

	put(msix, capability_msix, 2);
	put(msix + 2, identity.vectors - 1, 2, msix_enable_and_mask);
	put(msix + 4, 0 | msix_bar, 4);
	put(msix + 8, identity.bar4_size / 2 | msix_bar, 4);
	initial_ = bytes_;
}

void PciConfig::put(std::size_t offset, std::uint32_t value, unsigned bytes, std::uint32_t writable)
{
	for (unsigned i = 0; i < bytes; i++) {
		bytes_[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
		writable_[offset + i] = static_cast<std::uint8_t>(writable >> (8 * i));
	}
}

void PciConfig::read(std::size_t offset, std::span<std::byte> data) const
{
	for (std::byte &byte : data)
		byte = std::byte{bytes_.at(offset++)};
}

void PciConfig::write(std::size_t offset, std::span<const std::byte> data)
{
	for (std::byte byte : data) {
		const std::uint8_t mask = writable_.at(offset);
		bytes_[offset] = static_cast<std::uint8_t>(
			(bytes_[offset] & ~mask) | (std::to_integer<std::uint8_t>(byte) & mask));
		offset++;
	}
}

} // namespace vfio_user
