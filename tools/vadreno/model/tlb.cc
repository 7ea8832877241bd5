// SPDX-License-Identifier: GPL-2.0-only
#include "tlb.h"

namespace vadreno {

Tlb::Entries::const_iterator Tlb::containing(unsigned bank, std::uint32_t asid,
					     std::uint64_t address) const
{
	auto entry = entries_.upper_bound({bank, asid, address});
	if (entry == entries_.begin())
		return entries_.end();
	--entry;
	const auto &[key, page] = *entry;
	if (key.bank != bank || key.asid != asid || address - page.virtual_address >= page.size)
		return entries_.end();
	return entry;
}

std::optional<Page> Tlb::find(unsigned bank, std::uint16_t asid, std::uint64_t address) const
{
	for (std::uint32_t key : {std::uint32_t{asid}, any_asid_key}) {
		auto entry = containing(bank, key, address);
		if (entry != entries_.end())
			return entry->second;
	}
	return std::nullopt;
}

void Tlb::insert(unsigned bank, std::uint16_t asid, const Page &page)
{
	if (entries_.size() >= capacity) {
		auto victim = entries_.upper_bound(victim_);
		if (victim == entries_.end())
			victim = entries_.begin();
		victim_ = victim->first;
		entries_.erase(victim);
	}
	entries_.insert_or_assign({bank, page.global ? any_asid_key : asid, page.virtual_address},
				  page);
}

void Tlb::invalidate_bank(unsigned bank)
{
	std::erase_if(entries_, [&](const auto &entry) { return entry.first.bank == bank; });
}

void Tlb::invalidate_asid(unsigned bank, std::uint16_t asid)
{
	std::erase_if(entries_, [&](const auto &entry) {
		return entry.first.bank == bank && entry.first.asid == asid;
	});
}

void Tlb::invalidate_address(unsigned bank, std::uint16_t asid, std::uint64_t address,
			     bool any_asid)
{
	std::erase_if(entries_, [&](const auto &entry) {
		const auto &[key, page] = entry;
		return key.bank == bank &&
		       (any_asid || key.asid == asid || key.asid == any_asid_key) &&
		       address - page.virtual_address < page.size;
	});
}

} // namespace vadreno
