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

std::optional<WalkTable> Tlb::find_table(unsigned bank, std::uint16_t asid,
					 std::uint64_t address) const
{
	for (unsigned level = 3; level > 0; level--) {
		const auto &tables = tables_[level];
		auto entry = tables.upper_bound({bank, asid, address});
		if (entry == tables.begin())
			continue;
		const auto &[key, table] = *--entry;
		if (key.bank == bank && key.asid == asid &&
		    address - table.virtual_address < table.size)
			return table;
	}
	return std::nullopt;
}

void Tlb::insert_table(unsigned bank, std::uint16_t asid, const WalkTable &table)
{
	auto &tables = tables_.at(table.level);

	/* Each is for at least 2 MiB: whoever fills this wants to. */
	if (tables.size() >= capacity)
		tables.clear();
	tables.insert_or_assign({bank, asid, table.virtual_address}, table);
}

void Tlb::invalidate_bank(unsigned bank)
{
	const auto of_bank = [&](const auto &entry) {
		return entry.first.bank == bank;
	};

	std::erase_if(entries_, of_bank);
	for (auto &tables : tables_)
		std::erase_if(tables, of_bank);
}

void Tlb::invalidate_asid(unsigned bank, std::uint16_t asid)
{
	const auto of_asid = [&](const auto &entry) {
		return entry.first.bank == bank && entry.first.asid == asid;
	};

	std::erase_if(entries_, of_asid);
	for (auto &tables : tables_)
		std::erase_if(tables, of_asid);
}

void Tlb::invalidate_address(unsigned bank, std::uint16_t asid, std::uint64_t address,
			     bool any_asid, bool last_level)
{
	const auto translates = [&](const auto &entry) {
		const auto &[key, region] = entry;
		return key.bank == bank &&
		       (any_asid || key.asid == asid || key.asid == any_asid_key) &&
		       address - region.virtual_address < region.size;
	};

	std::erase_if(entries_, translates);
	if (!last_level)
		for (auto &tables : tables_)
			std::erase_if(tables, translates);
}

} // namespace vadreno
