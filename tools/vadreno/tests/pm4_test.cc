// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include "../model/names.h"
#include "../model/pm4.h"

namespace vadreno {
namespace {

/* Words from a ring that Linux' msm driver wrote. */
TEST(Pm4, HeadersOfARealRing)
{
	EXPECT_EQ(encode_pkt7(pm4::CP_ME_INIT, 8), 0x70c80008u);
	EXPECT_EQ(encode_pkt7(pm4::CP_NOP, 0), 0x70108000u);
	EXPECT_EQ(encode_pkt7(pm4::CP_INDIRECT_BUFFER, 3), 0x70bf8003u);
	EXPECT_EQ(encode_pkt4(reg::CP_SCRATCH + 2, 1), 0x48088501u);
}

TEST(Pm4, RoundTrip)
{
	for (std::uint32_t code : {0x10u, 0x48u, 0x7fu}) {
		for (std::uint32_t count : {0u, 1u, 0x3fffu}) {
			const auto header = decode_header(encode_pkt7(code, count));
			ASSERT_TRUE(header);
			EXPECT_FALSE(header->registers);
			EXPECT_EQ(header->code, code);
			EXPECT_EQ(header->count, count);
		}
	}
	const auto header = decode_header(encode_pkt4(0x3ffff, 0x7f));
	ASSERT_TRUE(header);
	EXPECT_TRUE(header->registers);
	EXPECT_EQ(header->code, 0x3ffffu);
	EXPECT_EQ(header->count, 0x7fu);
}

/* Parity covers both fields, and the rest is fixed. */
TEST(Pm4, AnySingleFlippedBitIsNoticed)
{
	for (std::uint32_t word :
	     {encode_pkt7(pm4::CP_MEM_WRITE, 3), encode_pkt4(reg::RBBM_STATUS, 1)}) {
		for (unsigned bit = 0; bit < 32; bit++)
			EXPECT_FALSE(decode_header(word ^ 1u << bit))
				<< std::hex << word << " bit " << std::dec << bit;
	}
}

TEST(Pm4, OtherTypesDoNotExist)
{
	EXPECT_FALSE(decode_header(0));
	EXPECT_FALSE(decode_header(0xc0001000)); /* a type 3 packet, as a4xx had them */
	EXPECT_FALSE(decode_header(0xffffffff));
}

TEST(Names, RegistersPacketsAndEvents)
{
	EXPECT_EQ(a6xx_register_names().find(0x210), "RBBM_STATUS");
	EXPECT_EQ(a6xx_register_names().find(0x800), "CP_RB_BASE");
	EXPECT_EQ(a6xx_register_names().find(0x801), "CP_RB_BASE_HI");
	EXPECT_EQ(a6xx_register_names().find(0x885), "CP_SCRATCH[2]");
	EXPECT_EQ(a6xx_register_names().find(0x403), "RBBM_PERFCTR_CP[1]_HI");
	EXPECT_EQ(a6xx_register_names().find(0xfffff), "");
	EXPECT_EQ(gmu_register_names().find(0x1f888), "GMU_ALWAYS_ON_COUNTER_L");
	EXPECT_EQ(packet_name(0x46), "CP_EVENT_WRITE");
	EXPECT_EQ(packet_name(0x01), "");
	EXPECT_EQ(event_name(4), "CACHE_FLUSH_TS");
	EXPECT_TRUE(unnamed_register(0x3c0b));
	EXPECT_FALSE(unnamed_register(0x3c0c));
}

} // namespace
} // namespace vadreno
