// SPDX-License-Identifier: GPL-2.0-only
#include "register_block.h"

#include <algorithm>
#include <format>

namespace vadreno {

RegisterBlock::RegisterBlock(std::string name, const RegisterNames &names, std::uint32_t first,
			     std::uint32_t count, Observer &observer)
	: name_(std::move(name)), names_(names), first_(first), values_(count), observer_(observer)
{
}

std::uint32_t RegisterBlock::read(std::uint32_t offset, Initiator initiator)
{
	auto behaviour = reads_.find(offset);
	const std::uint32_t value =
		behaviour == reads_.end() ? get(offset) : behaviour->second(offset);

	if (observer_.tracing())
		observer_.register_access(initiator, false, name_, label(offset), offset, value);
	check_known(offset, false, value);
	return value;
}

void RegisterBlock::write(std::uint32_t offset, std::uint32_t value, Initiator initiator)
{
	if (observer_.tracing())
		observer_.register_access(initiator, true, name_, label(offset), offset, value);
	check_known(offset, true, value);

	set(offset, value);
	auto behaviour = writes_.find(offset);
	if (behaviour != writes_.end())
		behaviour->second(offset, value);
}

std::uint64_t RegisterBlock::get64(std::uint32_t offset) const
{
	return get(offset) | static_cast<std::uint64_t>(get(offset + 1)) << 32;
}

void RegisterBlock::set64(std::uint32_t offset, std::uint64_t value)
{
	set(offset, static_cast<std::uint32_t>(value));
	set(offset + 1, static_cast<std::uint32_t>(value >> 32));
}

void RegisterBlock::on_read(std::uint32_t offset, std::uint32_t count, Read read)
{
	for (std::uint32_t i = 0; i < count; i++)
		reads_[offset + i] = read;
}

void RegisterBlock::on_write(std::uint32_t offset, std::uint32_t count, Write write)
{
	for (std::uint32_t i = 0; i < count; i++)
		writes_[offset + i] = write;
}

void RegisterBlock::reset()
{
	std::ranges::fill(values_, 0);
}

std::string RegisterBlock::label(std::uint32_t offset) const
{
	const std::string_view name = names_.find(offset);
	return name.empty() ? std::format("{:#x}", offset) : std::string(name);
}

void RegisterBlock::check_known(std::uint32_t offset, bool write, std::uint32_t value)
{
	if (names_.find(offset).empty() && (write || !unnamed_register(offset)))
		observer_.report("unknown-register", std::format("{} {:#x}", name_, offset),
				 std::format("{} {:#x}", write ? "write" : "read", value));
}

} // namespace vadreno
