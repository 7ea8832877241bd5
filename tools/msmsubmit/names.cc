/* SPDX-License-Identifier: GPL-2.0-only */
#include "names.h"

#include <format>
#include <unordered_map>

namespace {

using Numbers = std::unordered_map<std::string_view, uint32_t>;

const std::unordered_map<std::string_view, RegisterName> registers = {
#define REG(name, offset)                      {#name, {offset, 1, 1}},
#define REG_ARRAY(name, offset, count, stride) {#name, {offset, count, stride}},
#include "driver/adreno/a6xx_registers.def"
};

const Numbers packets = {
#define PACKET(name, opcode) {#name, opcode},
#include "driver/adreno/pm4_packets.def"
};

const Numbers events = {
#define EVENT(name, number) {#name, number},
#include "driver/adreno/pm4_packets.def"
};

std::optional<uint32_t> find(const Numbers &numbers, std::string_view name)
{
	auto found = numbers.find(name);

	if (found == numbers.end())
		return std::nullopt;
	return found->second;
}

} // namespace

std::optional<RegisterName> find_register(std::string_view name)
{
	auto found = registers.find(name);

	if (found == registers.end())
		return std::nullopt;
	return found->second;
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
	for (const auto &[name, entry] : registers) {
		if (entry.count == 1 && entry.offset == offset)
			return std::string(name);
	}
	return std::format("{:#x}", offset);
}

std::string packet_name(uint32_t opcode)
{
	for (const auto &[name, number] : packets) {
		if (number == opcode)
			return std::string(name);
	}
	return std::format("{:#x}", opcode);
}
