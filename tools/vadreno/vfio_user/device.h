/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a vfio-user server serves: a device made of regions and interrupts, with a view of the
 * client's memory.
 *
 * Calls come one at a time from the server's thread. A refused call returns an errno, which the
 * server sends back.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "unique_fd.h"

namespace vfio_user {

/** Device - the server's other side. All methods that return int return 0 or a positive errno. */
class Device {
public:
	virtual ~Device() = default;

	/** region_size() - bytes in a region, 0 where the device has none. */
	virtual std::uint64_t region_size(std::uint32_t region) const = 0;
	/** irq_count() - vectors of an interrupt index, 0 where the device has none. */
	virtual std::uint32_t irq_count(std::uint32_t index) const = 0;

	/* The range has been checked against region_size(). */
	virtual int read(std::uint32_t region, std::uint64_t offset, std::span<std::byte> data) = 0;
	virtual int write(std::uint32_t region, std::uint64_t offset,
			  std::span<const std::byte> data) = 0;

	/** set_eventfd() - where a vector is signalled from now on; an empty fd takes it away. */
	virtual void set_eventfd(std::uint32_t index, std::uint32_t vector, UniqueFd fd) = 0;
	/** trigger() - signal a vector as if the device had. */
	virtual void trigger(std::uint32_t index, std::uint32_t vector) = 0;

	/** dma_map() - client memory [iova, iova + size) is at @offset of @fd; without fd it cannot
	 * be reached. */
	virtual int dma_map(std::uint64_t iova, std::uint64_t size, UniqueFd fd,
			    std::uint64_t offset, bool writable) = 0;
	/** dma_unmap() - forget exactly one earlier mapping. ENOENT if there is none such. */
	virtual int dma_unmap(std::uint64_t iova, std::uint64_t size) = 0;
	virtual void dma_unmap_all() = 0;

	virtual void reset() = 0;
};

} // namespace vfio_user
