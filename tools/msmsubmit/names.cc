/* SPDX-License-Identifier: GPL-2.0-only */
#include "names.h"

#include <algorithm>
#include <format>
#include <span>

namespace {

struct NamedRegister {
	std::string_view name;
	RegisterName entry;
};

struct NamedNumber {
	std::string_view name;
	uint32_t number;
};

constexpr NamedRegister registers[] = {
#define REG(name, offset)                      {#name, {offset, 1, 1}},
#define REG_ARRAY(name, offset, count, stride) {#name, {offset, count, stride}},
#include "driver/adreno/a6xx_registers.def"
};

constexpr NamedNumber packets[] = {
#define PACKET(name, opcode) {#name, opcode},
#include "driver/adreno/pm4_packets.def"
};

constexpr NamedNumber events[] = {
#define EVENT(name, number) {#name, number},
#include "driver/adreno/pm4_packets.def"
};

std::optional<uint32_t> find(std::span<const NamedNumber> all, std::string_view name)
{
	auto found = std::ranges::find(all, name, &NamedNumber::name);

	if (found == all.end())
		return std::nullopt;
	return found->number;
}

} // namespace

std::optional<RegisterName> find_register(std::string_view name)
{
	auto found = std::ranges::find(registers, name, &NamedRegister::name);

	if (found == std::ranges::end(registers))
		return std::nullopt;
	return found->entry;
}

std::optional<uint32_t> find_packet(std::string_view name)
{
	return find(packets, name);
}

std::optional<uint32_t> find_event(std::string_view name)
{
	return find(events, name);
}

std::string register_name(uint32_t offset)
{
	for (const NamedRegister &reg : registers) {
		uint32_t distance = offset - reg.entry.offset;

		if (distance % reg.entry.stride == 0 &&
		    distance / reg.entry.stride < reg.entry.count) {
			if (reg.entry.count == 1)
				return std::string(reg.name);
			return std::format("{}[{}]", reg.name, distance / reg.entry.stride);
		}
	}
	return std::format("{:#x}", offset);
}

std::string packet_name(uint32_t opcode)
{
	auto found = std::ranges::find(packets, opcode, &NamedNumber::number);

	if (found == std::ranges::end(packets))
		return std::format("{:#x}", opcode);
	return std::string(found->name);
}
