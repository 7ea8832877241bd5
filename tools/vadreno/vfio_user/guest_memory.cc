// SPDX-License-Identifier: GPL-2.0-only
#include "guest_memory.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <atomic>
#include <cerrno>

namespace vfio_user {

int GuestMemory::map(std::uint64_t iova, std::uint64_t size, UniqueFd fd, std::uint64_t offset,
		     bool writable)
{
	if (size == 0 || iova + size - 1 < iova)
		return EINVAL;
	for (const Range &range : ranges_)
		if (iova <= range.iova + (range.size - 1) && range.iova <= iova + (size - 1))
			return EEXIST;
	if (ranges_.size() == max_ranges)
		return ENOSPC;

	std::byte *base = nullptr;
	if (fd) {
		struct stat stat;
		if (::fstat(fd.get(), &stat))
			return errno;
		/* A mapping beyond the file's end would be a SIGBUS later. */
		const auto file_size = static_cast<std::uint64_t>(stat.st_size);
		if (offset > file_size || size > file_size - offset)
			return EINVAL;
		void *map = ::mmap(nullptr, size, PROT_READ | (writable ? PROT_WRITE : 0),
				   MAP_SHARED, fd.get(), static_cast<off_t>(offset));
		if (map == MAP_FAILED)
			return errno;
		base = static_cast<std::byte *>(map);
	}
	ranges_.push_back({iova, size, base, writable});
	return 0;
}

int GuestMemory::unmap(std::uint64_t iova, std::uint64_t size)
{
	for (auto range = ranges_.begin(); range != ranges_.end(); ++range) {
		if (range->iova != iova || range->size != size)
			continue;
		if (range->base)
			::munmap(range->base, range->size);
		ranges_.erase(range);
		return 0;
	}
	return ENOENT;
}

void GuestMemory::unmap_all()
{
	for (const Range &range : ranges_)
		if (range.base)
			::munmap(range.base, range.size);
	ranges_.clear();
}

std::byte *GuestMemory::find(std::uint64_t address, std::uint64_t size, bool write) const
{
	if (address % size)
		return nullptr;
	for (const Range &range : ranges_) {
		if (address < range.iova || address - range.iova >= range.size)
			continue;
		const std::uint64_t offset = address - range.iova;
		if (!range.base || range.size - offset < size || (write && !range.writable))
			return nullptr;
		return range.base + offset;
	}
	return nullptr;
}

std::optional<std::uint32_t> GuestMemory::read32(std::uint64_t address) const
{
	auto *word = reinterpret_cast<std::uint32_t *>(find(address, sizeof(std::uint32_t), false));
	if (!word)
		return std::nullopt;
	return std::atomic_ref(*word).load(std::memory_order_acquire);
}

std::optional<std::uint64_t> GuestMemory::read64(std::uint64_t address) const
{
	auto *word = reinterpret_cast<std::uint64_t *>(find(address, sizeof(std::uint64_t), false));
	if (!word)
		return std::nullopt;
	return std::atomic_ref(*word).load(std::memory_order_acquire);
}

template <typename Word>
bool GuestMemory::store(std::uint64_t address, Word value)
{
	auto *word = reinterpret_cast<Word *>(find(address, sizeof(Word), true));
	if (!word)
		return false;
	std::atomic_ref(*word).store(value, std::memory_order_release);
	return true;
}

bool GuestMemory::write8(std::uint64_t address, std::uint8_t value)
{
	return store(address, value);
}

bool GuestMemory::write16(std::uint64_t address, std::uint16_t value)
{
	return store(address, value);
}

bool GuestMemory::write32(std::uint64_t address, std::uint32_t value)
{
	return store(address, value);
}

bool GuestMemory::write64(std::uint64_t address, std::uint64_t value)
{
	return store(address, value);
}

} // namespace vfio_user
