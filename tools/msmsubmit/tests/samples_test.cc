/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sample streams parse, check something, and assemble to what their headers say.
 */
#include "../parser.h"
#include "../pm4.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace {

/* How many words follow the header @word; none for what is no header. */
std::optional<size_t> payload_of(uint32_t word)
{
	switch (word >> 28) {
	case 4:
		return word & max_type4_words;
	case 7:
		return word & max_type7_words;
	}
	return std::nullopt;
}

void expect_whole_packets(const Commands &commands)
{
	auto words = assemble(commands, [](const Location &) { return 0x1000; });
	size_t at = 0;

	while (at < words.size()) {
		auto payload = payload_of(words[at]);

		ASSERT_TRUE(payload) << "word " << at;
		at += 1 + *payload;
	}
	EXPECT_EQ(at, words.size());
}

TEST(Samples, AreWholeStreams)
{
	size_t count = 0;

	for (const auto &entry : std::filesystem::directory_iterator(SAMPLES)) {
		SCOPED_TRACE(entry.path());
		Stream stream = read_stream(entry.path());

		EXPECT_FALSE(stream.title.empty());
		EXPECT_FALSE(stream.checks.empty());
		for (const Job &job : stream.jobs)
			expect_whole_packets(job.commands);
		count++;
	}
	EXPECT_GE(count, 8u);
}

} // namespace
