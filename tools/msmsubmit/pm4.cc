/* SPDX-License-Identifier: GPL-2.0-only */
#include "pm4.h"

#include <bit>

namespace {

/* The bit that makes the number of ones odd. */
uint32_t odd_parity(uint32_t value)
{
	return ~std::popcount(value) & 1;
}

struct Header {
	uint32_t count;

	std::optional<uint32_t> operator()(const Packet &packet) const
	{
		return type7_header(packet.opcode, count);
	}
	std::optional<uint32_t> operator()(const RegisterWrite &write) const
	{
		return type4_header(write.offset, count);
	}
	std::optional<uint32_t> operator()(const RawWords &) const { return std::nullopt; }
};

} // namespace

uint32_t type4_header(uint32_t offset, uint32_t count)
{
	return 4u << 28 | odd_parity(offset) << 27 | offset << 8 | odd_parity(count) << 7 | count;
}

uint32_t type7_header(uint32_t opcode, uint32_t count)
{
	return 7u << 28 | odd_parity(opcode) << 23 | opcode << 16 | odd_parity(count) << 15 | count;
}

size_t encoded_words(const std::vector<Operand> &operands)
{
	size_t words = 0;

	for (const Operand &operand : operands)
		words += std::holds_alternative<Location>(operand) ? 2 : 1;
	return words;
}

size_t encoded_words(const Commands &commands)
{
	size_t words = 0;

	for (const Command &command : commands) {
		if (!std::holds_alternative<RawWords>(command.kind))
			words++;
		words += encoded_words(command.operands);
	}
	return words;
}

std::vector<uint32_t> encode(const std::vector<Operand> &operands, const AddressOf &address_of)
{
	std::vector<uint32_t> words;

	for (const Operand &operand : operands) {
		if (auto *location = std::get_if<Location>(&operand)) {
			uint64_t address = address_of(*location);

			words.push_back(static_cast<uint32_t>(address));
			words.push_back(static_cast<uint32_t>(address >> 32));
		} else {
			words.push_back(std::get<uint32_t>(operand));
		}
	}
	return words;
}

std::vector<uint32_t> assemble(const Commands &commands, const AddressOf &address_of)
{
	std::vector<uint32_t> words;

	for (const Command &command : commands) {
		std::vector<uint32_t> payload = encode(command.operands, address_of);

		if (auto header =
			    std::visit(Header{static_cast<uint32_t>(payload.size())}, command.kind))
			words.push_back(*header);
		words.insert(words.end(), payload.begin(), payload.end());
	}
	return words;
}
