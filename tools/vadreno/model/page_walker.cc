// SPDX-License-Identifier: GPL-2.0-only
#include "page_walker.h"

#include <bit>

namespace vadreno {

namespace {

constexpr std::uint32_t tcr_t0sz_shift = 0;
constexpr std::uint32_t tcr_epd0 = 1u << 7;
constexpr std::uint32_t tcr_tg0_shift = 14;
constexpr std::uint32_t tcr_t1sz_shift = 16;
constexpr std::uint32_t tcr_a1 = 1u << 22;
constexpr std::uint32_t tcr_epd1 = 1u << 23;
constexpr std::uint32_t tcr_tg1_shift = 30;

constexpr std::uint64_t ttbr_address = 0x0000'ffff'ffff'fffe;
constexpr std::uint64_t descriptor_address = 0x0000'ffff'ffff'f000;

constexpr std::uint64_t valid = 1ull << 0;
constexpr std::uint64_t table_or_page = 1ull << 1;
constexpr std::uint64_t ap_unprivileged = 1ull << 6;
constexpr std::uint64_t ap_read_only = 1ull << 7;
constexpr std::uint64_t access_flag = 1ull << 10;
constexpr std::uint64_t not_global = 1ull << 11;
constexpr std::uint64_t execute_never = 1ull << 54;
constexpr std::uint64_t table_execute_never = 1ull << 60;
constexpr std::uint64_t table_privileged_only = 1ull << 61;
constexpr std::uint64_t table_read_only = 1ull << 62;

/* log2 of the granule; 0 for one that this SMMU does not do. */
unsigned granule_shift(std::uint32_t tcr, bool upper)
{
	if (upper) {
		switch (tcr >> tcr_tg1_shift & 3) {
		case 2:
			return 12;
		case 3:
			return 16;
		}
		return 0;
	}
	switch (tcr >> tcr_tg0_shift & 3) {
	case 0:
		return 12;
	case 1:
		return 16;
	}
	return 0;
}

/* Blocks exist at levels 1 and 2 with 4 KiB pages (1 GiB, 2 MiB), at level 2 with 64 KiB pages (512
 * MiB). */
bool block_allowed(unsigned shift, unsigned level)
{
	return shift == 12 ? level == 1 || level == 2 : level == 2;
}

} // namespace

std::uint16_t WalkRegisters::asid() const
{
	return static_cast<std::uint16_t>((tcr & tcr_a1 ? ttbr1 : ttbr0) >> 48);
}

bool Page::allows(const Access &access) const
{
	return (access.privileged || user) && (!access.write || writable) &&
	       (!access.execute || !execute_never);
}

WalkResult walk(const WalkRegisters &registers, std::uint64_t address,
		const vfio_user::GuestMemory &memory, const WalkTable *start)
{
	WalkResult result;
	const bool upper = address >> 63;
	const unsigned size_shift = upper ? tcr_t1sz_shift : tcr_t0sz_shift;
	const unsigned input_bits = 64 - (registers.tcr >> size_shift & 0x3f);
	const unsigned shift = granule_shift(registers.tcr, upper);
	const std::uint64_t outside = upper ? ~address : address;

	result.fault = WalkFault::translation;
	if (!shift || (registers.tcr & (upper ? tcr_epd1 : tcr_epd0)))
		return result;
	if (input_bits > 48 || input_bits <= shift || outside >> input_bits)
		return result;

	const unsigned bits_per_level = shift - 3;
	const unsigned levels = (input_bits - shift + bits_per_level - 1) / bits_per_level;
	std::uint64_t table = (upper ? registers.ttbr1 : registers.ttbr0) & ttbr_address;
	bool user = true, writable = true, never = false;
	unsigned level = 4 - levels;

	if (start) {
		level = start->level;
		table = start->table;
		user = start->user;
		writable = start->writable;
		never = start->execute_never;
	}
	for (;; level++) {
		const unsigned level_shift = shift + bits_per_level * (3 - level);
		const unsigned top =
			level == 4 - levels ? input_bits : level_shift + bits_per_level;
		const std::uint64_t index = (address & ((1ull << top) - 1)) >> level_shift;
		const auto descriptor = memory.read64(table + index * 8);

		result.level = level;
		if (!descriptor) {
			result.fault = WalkFault::external;
			return result;
		}
		if (!(*descriptor & valid))
			return result;

		const bool is_table = level < 3 && (*descriptor & table_or_page);
		if (is_table) {
			user &= !(*descriptor & table_privileged_only);
			writable &= !(*descriptor & table_read_only);
			never |= (*descriptor & table_execute_never) != 0;
			table = *descriptor & descriptor_address & ~((1ull << shift) - 1);
			const std::uint64_t covered = 1ull << level_shift;
			result.tables.at(result.table_count++) = {
				level + 1, address & ~(covered - 1), covered, table, user, writable,
				never};
			continue;
		}
		if (level == 3 ? !(*descriptor & table_or_page) : !block_allowed(shift, level))
			return result;
		if (!(*descriptor & access_flag)) {
			result.fault = WalkFault::access_flag;
			return result;
		}

		const std::uint64_t size = 1ull << level_shift;
		result.fault = WalkFault::none;
		result.page = {
			.virtual_address = address & ~(size - 1),
			.physical_address = *descriptor & descriptor_address & ~(size - 1),
			.size = size,
			.user = user && (*descriptor & ap_unprivileged),
			.writable = writable && !(*descriptor & ap_read_only),
			.execute_never = never || (*descriptor & execute_never),
			.global = !(*descriptor & not_global),
		};
		return result;
	}
}

} // namespace vadreno
