// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

#include <format>
#include <span>

namespace vadreno {

void RegisterNames::add64(const std::string &name, std::uint32_t offset)
{
	add(name, offset);
	add(name + "_HI", offset + 1);
}

void RegisterNames::add_array(const std::string &name, std::uint32_t offset, unsigned count,
			      unsigned stride, bool wide)
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

namespace {

// One line of a .def file. A table of these, not a call each: a thousand calls take a sanitizing
// compiler minutes.
struct RegisterEntry {
	const char *name;
	std::uint32_t offset;
	unsigned count, stride;
	bool wide;
};

#define REG(name, offset)                        {#name, offset, 0, 0, false},
#define REG64(name, offset)                      {#name, offset, 0, 0, true},
#define REG_ARRAY(name, offset, count, stride)   {#name, offset, count, stride, false},
#define REG64_ARRAY(name, offset, count, stride) {#name, offset, count, stride, true},
constexpr RegisterEntry a6xx_registers[] = {
#include "a6xx_registers.def"
};

#define REG(name, offset)                        {#name, offset, 0, 0, false},
#define REG64(name, offset)                      {#name, offset, 0, 0, true},
#define REG_ARRAY(name, offset, count, stride)   {#name, offset, count, stride, false},
#define REG64_ARRAY(name, offset, count, stride) {#name, offset, count, stride, true},
constexpr RegisterEntry gmu_registers[] = {
#include "gmu_registers.def"
};

RegisterNames names_of(std::span<const RegisterEntry> entries)
{
	RegisterNames names;
	for (const RegisterEntry &entry : entries) {
		if (entry.count)
			names.add_array(entry.name, entry.offset, entry.count, entry.stride,
					entry.wide);
		else if (entry.wide)
			names.add64(entry.name, entry.offset);
		else
			names.add(entry.name, entry.offset);
	}
	return names;
}

} // namespace

const RegisterNames &a6xx_register_names()
{
	static const RegisterNames names = names_of(a6xx_registers);
	return names;
}

const RegisterNames &gmu_register_names()
{
	static const RegisterNames names = names_of(gmu_registers);
	return names;
}

bool unnamed_register(std::uint32_t offset)
{
	static constexpr struct {
		std::uint32_t first, last;
	} ranges[] = {
#define RANGE(first, last) {first, last},
#include "unnamed_registers.def"
	};

	for (const auto &range : ranges)
		if (offset >= range.first && offset <= range.last)
			return true;
	return false;
}

std::string_view packet_name(std::uint32_t opcode)
{
	switch (opcode) {
#define PACKET(name, number) \
	case number:         \
		return #name;
#include "pm4_packets.def"
	}
	return {};
}

std::string_view event_name(std::uint32_t event)
{
	switch (event) {
#define EVENT(name, number) \
	case number:        \
		return #name;
#include "pm4_packets.def"
	}
	return {};
}

} // namespace vadreno
