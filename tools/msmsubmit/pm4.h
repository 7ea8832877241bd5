/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PM4 as a5xx and newer read it: a header with odd parity over its count and over its register or
 * opcode, then as many words as the count says.
 */
#pragma once

#include "stream.h"

#include <functional>

/** Most words after one header. */
constexpr uint32_t max_type4_words = 0x7f;
constexpr uint32_t max_type7_words = 0x3fff;

/** Registers are addressed with 18 bits, opcodes have 7. */
constexpr uint32_t max_register = 0x3ffff;
constexpr uint32_t max_opcode = 0x7f;

/** type4_header() - a write of @count words to registers from @offset (a dword index) on */
uint32_t type4_header(uint32_t offset, uint32_t count);

/** type7_header() - the packet @opcode with @count words */
uint32_t type7_header(uint32_t opcode, uint32_t count);

/** AddressOf - the GPU address of a location */
using AddressOf = std::function<uint64_t(const Location &)>;

/** encoded_words() - how many words @operands become */
size_t encoded_words(const std::vector<Operand> &operands);

/** encoded_words() - how many words @commands become, headers included */
size_t encoded_words(const Commands &commands);

/** encode() - @operands as words: a number as it is, an address as low and high half */
std::vector<uint32_t> encode(const std::vector<Operand> &operands, const AddressOf &address_of);

/** assemble() - the words the GPU reads for @commands */
std::vector<uint32_t> assemble(const Commands &commands, const AddressOf &address_of);
