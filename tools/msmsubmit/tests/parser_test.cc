/* SPDX-License-Identifier: GPL-2.0-only */
#include "../parser.h"

#include "../failure.h"
#include "../names.h"

#include <drm/msm_drm.h>
#include <gtest/gtest.h>

namespace {

constexpr std::string_view empty_job = "\njob j\nend\n";

/* The stream of @lines with a job, which every stream needs, behind them. */
Stream parse(std::string_view lines)
{
	return parse_stream("f", std::string(lines) + std::string(empty_job));
}

/* The commands of a job made of @lines; the buffer `out` has 64 bytes. */
Commands commands(std::string_view lines)
{
	Stream stream =
		parse_stream("f", "buffer out 64\njob j\n" + std::string(lines) + "\nend\n");

	return stream.jobs[0].commands;
}

std::string error_of(std::string_view text)
{
	try {
		parse_stream("f", text);
	} catch (const Failure &failure) {
		EXPECT_EQ(failure.status(), Exit::BadStream);
		return failure.what();
	}
	return "no error";
}

uint32_t word(const Operand &operand)
{
	return std::get<uint32_t>(operand);
}

TEST(Parser, Buffers)
{
	Stream stream = parse("buffer a 4K\nbuffer b 8 cached readonly private\nfill b = 3\n"
			      "data b+4 = 1");

	ASSERT_EQ(stream.buffers.size(), 2u);
	EXPECT_EQ(stream.buffers[0].size, 4096u);
	EXPECT_EQ(stream.buffers[0].flags, uint32_t(MSM_BO_WC));
	EXPECT_EQ(stream.buffers[1].flags,
		  uint32_t(MSM_BO_CACHED | MSM_BO_GPU_READONLY | MSM_BO_NO_SHARE));
	EXPECT_EQ(stream.buffers[1].fill, 3u);
	ASSERT_EQ(stream.buffers[1].contents.size(), 1u);
	EXPECT_EQ(stream.buffers[1].contents[0].offset, 4u);
}

TEST(Parser, TitleIsFreeText)
{
	EXPECT_EQ(parse("title what's \"this\"? 12ab").title, "what's \"this\"? 12ab");
}

TEST(Parser, PacketsRegistersAndWords)
{
	Commands all = commands("CP_NOP\nCP_MEM_WRITE &out+0x8 5\nCP_SCRATCH[2] = 1 2\n"
				"0x8c00 = 7\nword 9");

	ASSERT_EQ(all.size(), 5u);
	EXPECT_EQ(std::get<Packet>(all[0].kind).opcode, 0x10u);
	EXPECT_EQ(std::get<Location>(all[1].operands[0]).offset, 8u);
	EXPECT_EQ(std::get<RegisterWrite>(all[2].kind).offset,
		  find_register("CP_SCRATCH")->offset + 2);
	EXPECT_EQ(all[2].operands.size(), 2u);
	EXPECT_EQ(std::get<RegisterWrite>(all[3].kind).offset, 0x8c00u);
	EXPECT_TRUE(std::holds_alternative<RawWords>(all[4].kind));
}

TEST(Parser, ValuesAreEventsRegistersConstantsAndSizes)
{
	Stream stream =
		parse_stream("f", "let IRQ = 1<<31\ncommands ib\nCP_NOP 1 2\nend\njob j\n"
				  "CP_EVENT_WRITE CACHE_FLUSH_TS|IRQ\n"
				  "CP_NOP RBBM_STATUS ib.dwords (1|2)<<4 CP_SCRATCH[2]\nend\n");
	const Commands &all = stream.jobs[0].commands;

	EXPECT_EQ(word(all[0].operands[0]), 0x80000004u);
	EXPECT_EQ(word(all[1].operands[0]), 0x210u);
	EXPECT_EQ(word(all[1].operands[1]), 3u);
	EXPECT_EQ(word(all[1].operands[2]), 0x30u);
	EXPECT_EQ(word(all[1].operands[3]), 0x885u);
}

TEST(Parser, JobOptions)
{
	Stream stream = parse_stream("f", "queue q priority 1\nsyncobj s\njob a\nend\njob b on q "
					  "after a wait s@3 signal s repeat 5 implicit\nend\n");
	const Job &job = stream.jobs[1];

	EXPECT_FALSE(stream.jobs[0].queue);
	EXPECT_EQ(stream.queues[*job.queue].priority, 1u);
	EXPECT_EQ(job.after, std::vector<size_t>{0});
	EXPECT_EQ(job.wait[0].point, 3u);
	EXPECT_EQ(job.signal[0].point, 0u);
	EXPECT_EQ(job.repeat, 5u);
	EXPECT_TRUE(job.implicit);
}

TEST(Parser, ChecksAgainstValues)
{
	Stream stream = parse("buffer a 32\nexpect a+4 == 1 2   # why\nexpect u64 a+8 >= 1<<40\n"
			      "expect u64 a == &a+4");

	EXPECT_EQ(stream.checks[0].text, "a+4 == 1 2");
	EXPECT_EQ(stream.checks[0].line, 2u);
	EXPECT_EQ(stream.checks[0].count, 2u);
	EXPECT_EQ(stream.checks[1].comparison, Comparison::GreaterEqual);
	EXPECT_EQ(stream.checks[1].width, 8u);
	EXPECT_EQ(stream.checks[1].count, 1u);
	EXPECT_EQ(word(std::get<0>(stream.checks[1].right)[1]), 1u << 8);
	EXPECT_EQ(stream.checks[2].count, 1u);
}

TEST(Parser, ChecksAgainstMemory)
{
	Stream stream = parse("buffer a 32\nexpect a == a+16 bytes 16\nexpect u64 a+8 > a\n"
			      "expect a != a.dwords");

	EXPECT_EQ(stream.checks[0].count, 4u);
	EXPECT_EQ(std::get<Location>(stream.checks[0].right).offset, 16u);
	EXPECT_EQ(stream.checks[1].count, 1u);
	EXPECT_EQ(word(std::get<0>(stream.checks[2].right)[0]), 8u);
}

TEST(Parser, ErrorsPointAtTheirPlace)
{
	EXPECT_EQ(error_of("bufer a 4"), "f:1:1: unknown statement 'bufer'");
	EXPECT_EQ(error_of("\nbuffer a 3"),
		  "f:2:10: the size must be a multiple of 4, from 4 to 256M");
	EXPECT_EQ(error_of("buffer a 4 fast"), "f:1:12: unknown buffer option 'fast'");
	EXPECT_EQ(error_of("buffer a 4\nqueue a priority 0"),
		  "f:2:7: 'a' is already defined on line 1");
	EXPECT_EQ(error_of("job j\n\tCP_NOPE\nend"), "f:2:2: unknown packet or register 'CP_NOPE'");
	EXPECT_EQ(error_of("job j\nCP_NOP &b\nend"), "f:2:9: no buffer 'b' defined above");
	EXPECT_EQ(error_of("job j\nCP_NOP 1<<32\nend"),
		  "f:2:8: 0x100000000 does not fit into a word: write the low and the high half");
	EXPECT_EQ(error_of("job j\nCP_NOP"), "f:1:1: no 'end' follows");
	EXPECT_EQ(error_of("job j after j\nend"), "f:1:13: no job 'j' defined above");
	EXPECT_EQ(error_of("buffer a 4"), "f:1:1: the stream has no job");
	EXPECT_EQ(error_of("buffer a 8\nexpect a+4 == 1 2"), "f:2:8: 'a' has 8 bytes only");
	EXPECT_EQ(error_of("buffer a 8\nexpect a+8 == 1"), "f:2:8: 'a' has 8 bytes only");
	EXPECT_EQ(error_of("buffer a 8\nexpect a+2 == 1"),
		  "f:2:8: the offset must be a multiple of 4");
	EXPECT_EQ(error_of("buffer a 8\nexpect a"),
		  "f:2:9: expected a comparison: == != >= > <= <");
	EXPECT_EQ(error_of("buffer a 8\njob j\nCP_NOP a\nend"),
		  "f:3:8: 'a' is a buffer, not a value; its address is &a");
	EXPECT_EQ(error_of("job j repeat 0\nend"), "f:1:14: from 1 to 1000000");
	EXPECT_EQ(error_of("job j\nRBBM_STATUS =\nend"), "f:2:14: expected a value");
	EXPECT_EQ(error_of("job j\nCP_SCRATCH[8] = 0\nend"), "f:2:12: the index must be below 8");
	EXPECT_EQ(error_of("let a = 1<<64"), "f:1:12: shifts bits out of 64");
}

TEST(Parser, AHeaderHoldsNoMoreWordsThanItsCount)
{
	std::string fits = "0x100 =", too_many;

	for (int i = 0; i < 0x7f; i++)
		fits += " 0";
	too_many = fits + " 0";
	EXPECT_EQ(commands(fits)[0].operands.size(), 0x7fu);
	EXPECT_EQ(error_of("job j\n" + too_many + "\nend"),
		  "f:2:1: at most 127 words fit after one header");
}

TEST(Parser, CommandBuffersAreFixed)
{
	EXPECT_EQ(error_of("commands c\nCP_NOP\nend\ndata c = 1"), "f:4:6: 'c' holds commands");
	EXPECT_EQ(error_of("commands c\nend"), "f:1:10: a buffer of no commands");
}

} // namespace
