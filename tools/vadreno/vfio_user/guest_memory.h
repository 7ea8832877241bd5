/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's physical memory, as the device's bus sees it.
 *
 * The client announces ranges with DMA_MAP; one that comes with a descriptor is mapped here and
 * shared with the running guest. Accesses are bounds-checked on every use, and all of them
 * are single atomic accesses, as on a bus: the guest's CPUs and the device look at the same words
 * at the same time.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "unique_fd.h"

namespace vfio_user {

/** GuestMemory - the table of DMA ranges. A physical address here is a DMA address without an
 * IOMMU. */
class GuestMemory {
public:
	/* Far more than a machine has banks of memory; a client may not make us remember any number.
	 */
	static constexpr std::size_t max_ranges = 4096;

	GuestMemory() = default;
	GuestMemory(const GuestMemory &) = delete;
	GuestMemory &operator=(const GuestMemory &) = delete;
	~GuestMemory() { unmap_all(); }

	/**
	 * map() - make [iova, iova + size) reachable at @offset of @fd.
	 *
	 * Without @fd the range is remembered (so that it can be unmapped) but not reachable.
	 * Return: 0; EINVAL for an empty, wrapping or file-exceeding range; EEXIST for an overlap;
	 * ENOSPC when there are max_ranges; or mmap's errno.
	 */
	int map(std::uint64_t iova, std::uint64_t size, UniqueFd fd, std::uint64_t offset,
		bool writable);
	/** unmap() - undo exactly one map(). Return: 0 or ENOENT. */
	int unmap(std::uint64_t iova, std::uint64_t size);
	void unmap_all();

	/** read() - 32 or 64 bits at a naturally aligned address; nothing if no memory is there. */
	std::optional<std::uint32_t> read32(std::uint64_t address) const;
	std::optional<std::uint64_t> read64(std::uint64_t address) const;
	/** write() - false if no writable memory is there. */
	bool write8(std::uint64_t address, std::uint8_t value);
	bool write16(std::uint64_t address, std::uint16_t value);
	bool write32(std::uint64_t address, std::uint32_t value);
	bool write64(std::uint64_t address, std::uint64_t value);

private:
	struct Range {
		std::uint64_t iova;
		std::uint64_t size;
		std::byte *base; /* nullptr: not reachable */
		bool writable;
	};

	template <typename Word>
	bool store(std::uint64_t address, Word value);
	std::byte *find(std::uint64_t address, std::uint64_t size, bool write) const;

	std::vector<Range> ranges_;
};

} // namespace vfio_user
