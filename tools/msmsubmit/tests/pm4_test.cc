/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The expected headers are those of command streams that Adreno hardware accepts: msm's own ring
 * contents and Mesa's decoded captures show them.
 */
#include "../pm4.h"

#include <gtest/gtest.h>

#include <bit>

namespace {

using Words = std::vector<uint32_t>;

uint64_t address_of(const Location &location)
{
	return 0x100001000 * (location.buffer + 1) + location.offset;
}

TEST(Pm4, HeadersOfKnownPackets)
{
	EXPECT_EQ(type7_header(0x10, 0), 0x70108000u); /* CP_NOP, no words */
	EXPECT_EQ(type7_header(0x26, 0), 0x70268000u); /* CP_WAIT_FOR_IDLE */
	EXPECT_EQ(type7_header(0x3f, 3), 0x70bf8003u); /* CP_INDIRECT_BUFFER */
	EXPECT_EQ(type7_header(0x46, 4), 0x70460004u); /* CP_EVENT_WRITE with a timestamp */
	EXPECT_EQ(type4_header(0x0800, 1), 0x40080001u);
	EXPECT_EQ(type4_header(0x8c00, 1),
		  0x408c0001u | 0x08000000u * (std::popcount(0x8c00u) % 2 == 0));
}

TEST(Pm4, ParityIsOddOverEachField)
{
	for (uint32_t value : {0u, 1u, 3u, 0x7fu, 0x55u, 0x2au}) {
		uint32_t header = type7_header(value, value);

		EXPECT_EQ(std::popcount(header & 0xffffu) % 2, 1) << value;
		EXPECT_EQ(std::popcount(header & 0xff0000u) % 2, 1) << value;
	}
	for (uint32_t offset : {0u, 1u, 0x800u, 0x3ffffu, 0x15555u}) {
		uint32_t header = type4_header(offset, 5);

		EXPECT_EQ(std::popcount(header & 0xffu) % 2, 1) << offset;
		EXPECT_EQ(std::popcount(header & 0x0fffff00u) % 2, 1) << offset;
		EXPECT_EQ(header >> 8 & 0x3ffff, offset);
	}
}

TEST(Pm4, AddressesBecomeLowAndHighHalf)
{
	EXPECT_EQ(encode({7u, Location{1, 0x20}}, address_of), (Words{7, 0x2020, 2}));
	EXPECT_EQ(encoded_words(std::vector<Operand>{7u, Location{1, 0x20}}), 3u);
}

TEST(Pm4, AssemblesHeadersWhereThereAreAny)
{
	Commands commands = {
		{Packet{0x3d}, {Location{0, 0}, 5u}},
		{RawWords{}, {1u, 2u}},
		{RegisterWrite{0x883}, {9u}},
	};

	EXPECT_EQ(assemble(commands, address_of),
		  (Words{type7_header(0x3d, 3), 0x1000, 1, 5, 1, 2, type4_header(0x883, 1), 9}));
	EXPECT_EQ(encoded_words(commands), 8u);
}

} // namespace
