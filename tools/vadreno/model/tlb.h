/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SMMU's TLB: translations stay until an invalidation names them, whatever has become of the
 * page tables since.
 *
 * Of pages, only what was translated successfully is kept. Descriptors of tables are kept too, as the
 * architecture allows: a table that was unhooked goes on being walked until an invalidation that is
 * not for the last level only. It holds far more than any real one, so that a
 * missing invalidation shows every time and not only when the cache is warm; but a guest decides
 * how much it maps, so there is an end to it.
 */
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>

#include "page_walker.h"

namespace vadreno {

/** Tlb - pages by context bank, ASID and address. */
class Tlb {
public:
	/* 4 GiB of the smallest pages; about 120 MB of host memory. */
	static constexpr std::size_t capacity = 1 << 20;

	std::optional<Page> find(unsigned bank, std::uint16_t asid, std::uint64_t address) const;
	void insert(unsigned bank, std::uint16_t asid, const Page &page);
	/** find_table() - the deepest table that is known for an address. */
	std::optional<WalkTable> find_table(unsigned bank, std::uint16_t asid,
					    std::uint64_t address) const;
	void insert_table(unsigned bank, std::uint16_t asid, const WalkTable &table);

	void invalidate_all()
	{
		entries_.clear();
		tables_.fill({});
	}
	void invalidate_bank(unsigned bank);
	/** invalidate_asid() - a bank's entries of one ASID; global ones stay. */
	void invalidate_asid(unsigned bank, std::uint16_t asid);
	/** invalidate_address() - what translates @address; with @any_asid also other ASIDs' and
	 * without it global pages'. With @last_level tables stay. */
	void invalidate_address(unsigned bank, std::uint16_t asid, std::uint64_t address,
				bool any_asid, bool last_level);

	std::size_t size() const { return entries_.size(); }

private:
	/* Ordered by page start, so that the page containing an address is the last one that starts
	 * at or before it. */
	struct Key {
		unsigned bank;
		std::uint32_t asid; /* any_asid_key for global pages */
		std::uint64_t address;
		auto operator<=>(const Key &) const = default;
	};
	static constexpr std::uint32_t any_asid_key = 0x10000;
	using Entries = std::map<Key, Page>;

	Entries::const_iterator containing(unsigned bank, std::uint32_t asid,
					   std::uint64_t address) const;

	Entries entries_;
	/* By the level of their descriptors, and within by the start of what they translate. */
	std::array<std::map<Key, WalkTable>, 4> tables_;
	Key victim_{}; /* the last one that had to make room; they go in order */
};

} // namespace vadreno
