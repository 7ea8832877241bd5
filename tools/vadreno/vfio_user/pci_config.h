/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI configuration space of a one-function device: a type 0 header and an MSI-X capability.
 *
 * Every byte has a mask of the bits that software can write; the client (QEMU) emulates what has an
 * effect on it (BAR placement, the MSI-X table), so plain storage is all that is needed. Source:
 * PCI Local Bus Specification 3.0.
 */
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace vfio_user {

/** PciIdentity - what the header says about the device. Sizes are powers of two, at least 4 KiB. */
struct PciIdentity {
	std::uint16_t vendor;
	std::uint16_t device;
	std::uint32_t class_code; /* 24 bits */
	std::uint32_t bar0_size;
	std::uint32_t bar4_size; /* MSI-X table at 0, pending bits in the upper half */
	unsigned vectors;
};

/** PciConfig - 256 bytes of configuration space. */
class PciConfig {
public:
	static constexpr std::size_t size = 256;

	explicit PciConfig(const PciIdentity &identity);

	/* Ranges are within the space. */
	void read(std::size_t offset, std::span<std::byte> data) const;
	void write(std::size_t offset, std::span<const std::byte> data);
	void reset() { bytes_ = initial_; }

private:
	void put(std::size_t offset, std::uint32_t value, unsigned bytes,
		 std::uint32_t writable = 0);

	std::array<std::uint8_t, size> bytes_{};
	std::array<std::uint8_t, size> initial_{};
	std::array<std::uint8_t, size> writable_{};
};

} // namespace vfio_user
