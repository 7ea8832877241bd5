/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vfio-user wire format, as far as a PCI device server needs it.
 *
 * A message is a 16-byte header and a body; file descriptors travel beside it as SCM_RIGHTS.
 * Everything is in the byte order of the host, which this program takes to be little endian. Bodies
 * mirror the VFIO ioctls' structures (linux/vfio.h), each led by argsz and flags.
 *
 * Source: docs/interop/vfio-user.rst in QEMU and include/vfio-user.h in libvfio-user.
 */
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace vfio_user {

static_assert(std::endian::native == std::endian::little);

enum class Command : std::uint16_t {
	version = 1,
	dma_map = 2,
	dma_unmap = 3,
	device_get_info = 4,
	device_get_region_info = 5,
	device_get_region_io_fds = 6,
	device_get_irq_info = 7,
	device_set_irqs = 8,
	region_read = 9,
	region_write = 10,
	dma_read = 11,
	dma_write = 12,
	device_reset = 13,
	region_write_multi = 15,
};

struct Header {
	std::uint16_t id;
	std::uint16_t command;
	std::uint32_t size; /* of the whole message, this header included */
	std::uint32_t flags;
	std::uint32_t error; /* an errno, in a reply with flag_error */
};
static_assert(sizeof(Header) == 16);

inline constexpr std::uint32_t flag_type_mask = 0xf;
inline constexpr std::uint32_t flag_reply = 0x1;
inline constexpr std::uint32_t flag_no_reply = 0x10;
inline constexpr std::uint32_t flag_error = 0x20;

struct Version {
	std::uint16_t major;
	std::uint16_t minor;
	/* followed by a NUL-terminated JSON object of capabilities */
};

struct DmaMap {
	std::uint32_t argsz;
	std::uint32_t flags;
	std::uint64_t offset; /* into the file descriptor that comes along */
	std::uint64_t iova;
	std::uint64_t size;
};
static_assert(sizeof(DmaMap) == 32);

inline constexpr std::uint32_t dma_map_read = 1;
inline constexpr std::uint32_t dma_map_write = 2;

struct DmaUnmap {
	std::uint32_t argsz;
	std::uint32_t flags;
	std::uint64_t iova;
	std::uint64_t size;
};
static_assert(sizeof(DmaUnmap) == 24);

inline constexpr std::uint32_t dma_unmap_all = 2;

struct DeviceInfo {
	std::uint32_t argsz;
	std::uint32_t flags;
	std::uint32_t num_regions;
	std::uint32_t num_irqs;
};

inline constexpr std::uint32_t device_flag_reset = 1;
inline constexpr std::uint32_t device_flag_pci = 2;

struct RegionInfo {
	std::uint32_t argsz;
	std::uint32_t flags;
	std::uint32_t index;
	std::uint32_t cap_offset;
	std::uint64_t size;
	std::uint64_t offset;
};
static_assert(sizeof(RegionInfo) == 32);

inline constexpr std::uint32_t region_flag_read = 1;
inline constexpr std::uint32_t region_flag_write = 2;

struct IrqInfo {
	std::uint32_t argsz;
	std::uint32_t flags;
	std::uint32_t index;
	std::uint32_t count;
};

inline constexpr std::uint32_t irq_flag_eventfd = 1;

struct IrqSet {
	std::uint32_t argsz;
	std::uint32_t flags;
	std::uint32_t index;
	std::uint32_t start;
	std::uint32_t count;
};
static_assert(sizeof(IrqSet) == 20);

inline constexpr std::uint32_t irq_set_data_none = 0x01;
inline constexpr std::uint32_t irq_set_data_bool = 0x02;
inline constexpr std::uint32_t irq_set_data_eventfd = 0x04;
inline constexpr std::uint32_t irq_set_action_mask = 0x08;
inline constexpr std::uint32_t irq_set_action_unmask = 0x10;
inline constexpr std::uint32_t irq_set_action_trigger = 0x20;

struct RegionAccess {
	std::uint64_t offset;
	std::uint32_t region;
	std::uint32_t count;
	/* followed by count bytes in a write and in a read's reply */
};
static_assert(sizeof(RegionAccess) == 16);

struct RegionWriteOne {
	std::uint64_t offset;
	std::uint32_t region;
	std::uint32_t count; /* at most 8 */
	std::uint8_t data[8];
};
static_assert(sizeof(RegionWriteOne) == 24);

/* PCI's fixed indices, linux/vfio.h */
inline constexpr std::uint32_t region_bar0 = 0;
inline constexpr std::uint32_t region_bar4 = 4;
inline constexpr std::uint32_t region_config = 7;
inline constexpr std::uint32_t num_pci_regions = 9;
inline constexpr std::uint32_t irq_msix = 2;
inline constexpr std::uint32_t num_pci_irqs = 5;

/* The largest message taken: the transfer size offered at VERSION and room for the bodies' fixed
 * parts. */
inline constexpr std::uint32_t max_transfer = 64 * 1024;
inline constexpr std::uint32_t max_message = max_transfer + 4096;
inline constexpr unsigned max_message_fds = 16;

} // namespace vfio_user
