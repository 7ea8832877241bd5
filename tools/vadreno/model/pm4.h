/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PM4 packet headers as a5xx and later read them.
 *
 * Type 4 writes consecutive registers: 31:28 = 4, 27 = odd parity of the offset, 25:8 = register
 * offset, 7 = odd parity of the count, 6:0 = count. Type 7 is everything else: 31:28 = 7, 23 = odd
 * parity of the opcode, 22:16 = opcode, 15 = odd parity of the count, 13:0 = count. There is no
 * other type. Source: OUT_PKT4/OUT_PKT7 in Linux' adreno_gpu.h.
 */
#pragma once

#include <bit>
#include <cstdint>
#include <optional>

namespace vadreno {

/** PacketHeader - a decoded header. @count payload words follow it. */
struct PacketHeader {
	bool registers; /* type 4: @code is a register offset; else type 7: an opcode */
	std::uint32_t code;
	std::uint32_t count;
};

/** odd_parity() - the bit that makes the number of ones odd. */
constexpr std::uint32_t odd_parity(std::uint32_t value)
{
	return ~static_cast<std::uint32_t>(std::popcount(value)) & 1;
}

/** decode_header() - nothing if the word is no header: a wrong type, parity or reserved bit. */
constexpr std::optional<PacketHeader> decode_header(std::uint32_t word)
{
	if (word >> 28 == 4) {
		const std::uint32_t offset = word >> 8 & 0x3ffff;
		const std::uint32_t count = word & 0x7f;
		if ((word >> 27 & 1) != odd_parity(offset) ||
		    (word >> 7 & 1) != odd_parity(count) || (word >> 26 & 1))
			return std::nullopt;
		return PacketHeader{true, offset, count};
	}
	if (word >> 28 == 7) {
		const std::uint32_t opcode = word >> 16 & 0x7f;
		const std::uint32_t count = word & 0x3fff;
		if ((word >> 23 & 1) != odd_parity(opcode) ||
		    (word >> 15 & 1) != odd_parity(count) || (word >> 24 & 0xf) || (word >> 14 & 1))
			return std::nullopt;
		return PacketHeader{false, opcode, count};
	}
	return std::nullopt;
}

/* How many bits of a payload word name a register. */
inline constexpr std::uint32_t register_mask = 0x3ffff;

/** join() - two payload words as one 64-bit value, mostly an address. */
constexpr std::uint64_t join(std::uint32_t low, std::uint32_t high)
{
	return low | static_cast<std::uint64_t>(high) << 32;
}

/** encode_pkt4(), encode_pkt7() - headers, for tests. */
constexpr std::uint32_t encode_pkt4(std::uint32_t offset, std::uint32_t count)
{
	return 4u << 28 | odd_parity(offset) << 27 | offset << 8 | odd_parity(count) << 7 | count;
}

constexpr std::uint32_t encode_pkt7(std::uint32_t opcode, std::uint32_t count)
{
	return 7u << 28 | odd_parity(opcode) << 23 | opcode << 16 | odd_parity(count) << 15 | count;
}

} // namespace vadreno
