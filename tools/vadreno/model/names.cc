// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

#include <format>

namespace vadreno
{

void RegisterNames::add64(const std::string &name, std::uint32_t offset)
{
	add(name, offset);
	add(name + "_HI", offset + 1);
}

void RegisterNames::add_array(const std::string &name, std::uint32_t offset, unsigned count, unsigned stride, bool wide)
{
	for (unsigned i = 0; i < count; i++) {
		const std::string element = std::format("{}[{}]", name, i);
		if (wide)
			add64(element, offset + i * stride);
		else
			add(element, offset + i * stride);
	}
}

std::string_view RegisterNames::find(std::uint32_t offset) const
{
	auto found = names_.find(offset);
	return found == names_.end() ? std::string_view() : std::string_view(found->second);
}

const RegisterNames &a6xx_register_names()
{
	static const RegisterNames names = [] {
		RegisterNames n;
#define REG(name, offset) n.add(#name, offset);
#define REG64(name, offset) n.add64(#name, offset);
#define REG_ARRAY(name, offset, count, stride) n.add_array(#name, offset, count, stride, false);
#define REG64_ARRAY(name, offset, count, stride) n.add_array(#name, offset, count, stride, true);
#include "a6xx_registers.def"
		return n;
	}();
	return names;
}

const RegisterNames &gmu_register_names()
{
	static const RegisterNames names = [] {
		RegisterNames n;
#define REG(name, offset) n.add(#name, offset);
#define REG64(name, offset) n.add64(#name, offset);
#define REG_ARRAY(name, offset, count, stride) n.add_array(#name, offset, count, stride, false);
#define REG64_ARRAY(name, offset, count, stride) n.add_array(#name, offset, count, stride, true);
#include "gmu_registers.def"
		return n;
	}();
	return names;
}

std::string_view packet_name(std::uint32_t opcode)
{
	switch (opcode) {
#define PACKET(name, number) \
	case number: \
		return #name;
#include "pm4_packets.def"
	}
	return {};
}

std::string_view event_name(std::uint32_t event)
{
	switch (event) {
#define EVENT(name, number) \
	case number: \
		return #name;
#include "pm4_packets.def"
	}
	return {};
}

} // namespace vadreno
