/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The names a stream may use for hardware things: registers, packets and events, from the same
 * X-macro lists that the driver and the virtual GPU are built with.
 */
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/**
 * struct RegisterName - a register, or an array of them
 */
struct RegisterName {
	/** @offset: dword index of the (first) register */
	uint32_t offset;
	/** @count: elements; 1 for a plain register */
	uint32_t count;
	/** @stride: dwords from one element to the next */
	uint32_t stride;
};

/** find_register() - the register called @name in driver/adreno/a6xx_registers.def */
std::optional<RegisterName> find_register(std::string_view name);

/** find_packet() - the type-7 opcode of the packet called @name ("CP_NOP") */
std::optional<uint32_t> find_packet(std::string_view name);

/** find_event() - the number of the CP_EVENT_WRITE event called @name ("CACHE_FLUSH_TS") */
std::optional<uint32_t> find_event(std::string_view name);

/** register_name() - the name of the register at dword @offset, its number in hex if it has none */
std::string register_name(uint32_t offset);

/** packet_name() - the name of the type-7 packet @opcode, its number in hex if it has none */
std::string packet_name(uint32_t opcode);
