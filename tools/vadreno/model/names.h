/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names of registers, packets and events, from the lists shared with the driver (driver/adreno, the
 * .def files).
 *
 * Only names are shared. What a register does is written here a second time, from the hardware's
 * side, so that the driver and its judge cannot be wrong together.
 */
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace vadreno {

/** RegisterNames - offset to name. The high half of a 64-bit register is NAME_HI, array elements
 * are NAME[i]. */
class RegisterNames {
public:
	void add(std::string name, std::uint32_t offset)
	{
		names_.try_emplace(offset, std::move(name));
	}
	void add64(const std::string &name, std::uint32_t offset);
	void add_array(const std::string &name, std::uint32_t offset, unsigned count,
		       unsigned stride, bool wide);

	/** find() - the name at an offset; empty if no register is known there. */
	std::string_view find(std::uint32_t offset) const;

private:
	std::unordered_map<std::uint32_t, std::string> names_;
};

/** a6xx_register_names(), gmu_register_names() - offsets in dwords from the start of the GPU's
 * registers. */
const RegisterNames &a6xx_register_names();
const RegisterNames &gmu_register_names();

/** unnamed_register() - whether a register without a name is known to exist; it is only ever read.
 */
bool unnamed_register(std::uint32_t offset);

/** packet_name(), event_name() - empty for an opcode or number not in the list. */
std::string_view packet_name(std::uint32_t opcode);
std::string_view event_name(std::uint32_t number);

/* Register offsets under their own names: reg::RBBM_STATUS and so on; the first element of an
 * array. */
namespace reg {
#define REG(name, offset)                      inline constexpr std::uint32_t name = offset;
#define REG_ARRAY(name, offset, count, stride) inline constexpr std::uint32_t name = offset;
#include "a6xx_registers.def"
#define REG(name, offset)                      inline constexpr std::uint32_t name = offset;
#define REG_ARRAY(name, offset, count, stride) inline constexpr std::uint32_t name = offset;
#include "gmu_registers.def"
} // namespace reg

/* Type-7 opcodes and event numbers. */
namespace pm4 {
enum Opcode : std::uint32_t {
#define PACKET(name, opcode) name = opcode,
#include "pm4_packets.def"
};
enum Event : std::uint32_t {
#define EVENT(name, number) name = number,
#include "pm4_packets.def"
};
} // namespace pm4

} // namespace vadreno
