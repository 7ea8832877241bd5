/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI device around a register BAR: configuration space, MSI-X and guest memory, with the
 * registers left to a BarDevice.
 *
 * BAR0 holds the registers, BAR4 the MSI-X table and pending bits. QEMU lays its own emulation over
 * BAR4; accesses that reach this program see the plain bytes of a table.
 */
#pragma once

#include <vector>

#include "device.h"
#include "guest_memory.h"
#include "msix.h"
#include "pci_config.h"

namespace vfio_user {

/** BarDevice - what is behind BAR0. Offsets are in bytes and naturally aligned; sizes are 4 or 8.
 */
class BarDevice {
public:
	virtual ~BarDevice() = default;

	virtual std::uint64_t read(std::uint64_t offset, unsigned size) = 0;
	virtual void write(std::uint64_t offset, unsigned size, std::uint64_t value) = 0;
	/** reset() - the state after power-on. */
	virtual void reset() = 0;
};

/** PciDevice - the Device that a Server serves. Borrows the memory, the vectors and the BarDevice.
 */
class PciDevice : public Device {
public:
	PciDevice(const PciIdentity &identity, GuestMemory &memory, MsixVectors &msix,
		  BarDevice &registers)
		: identity_(identity), config_(identity), table_(identity.bar4_size),
		  memory_(memory), msix_(msix), registers_(registers)
	{
	}

	std::uint64_t region_size(std::uint32_t region) const override;
	std::uint32_t irq_count(std::uint32_t index) const override;
	int read(std::uint32_t region, std::uint64_t offset, std::span<std::byte> data) override;
	int write(std::uint32_t region, std::uint64_t offset,
		  std::span<const std::byte> data) override;
	void set_eventfd(std::uint32_t index, std::uint32_t vector, UniqueFd fd) override;
	void trigger(std::uint32_t index, std::uint32_t vector) override;
	int dma_map(std::uint64_t iova, std::uint64_t size, UniqueFd fd, std::uint64_t offset,
		    bool writable) override;
	int dma_unmap(std::uint64_t iova, std::uint64_t size) override
	{
		return memory_.unmap(iova, size);
	}
	void dma_unmap_all() override { memory_.unmap_all(); }
	void reset() override;

private:
	PciIdentity identity_;
	PciConfig config_;
	std::vector<std::byte> table_;
	GuestMemory &memory_;
	MsixVectors &msix_;
	BarDevice &registers_;
};

} // namespace vfio_user
