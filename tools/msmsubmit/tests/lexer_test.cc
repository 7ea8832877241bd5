/* SPDX-License-Identifier: GPL-2.0-only */
#include "../lexer.h"

#include <gtest/gtest.h>

namespace {

std::string texts(std::string_view line)
{
	std::string joined;

	for (const Token &token : tokenize(line))
		joined += std::string(token.text) + (token.kind == Token::Kind::End ? "" : " ");
	return joined;
}

uint64_t number(std::string_view text)
{
	return tokenize(text)[0].number;
}

unsigned error_column(std::string_view line)
{
	try {
		tokenize(line);
	} catch (const SyntaxError &error) {
		return error.column;
	}
	return 0;
}

TEST(Lexer, SplitsAtBlanksCommasAndPunctuation)
{
	EXPECT_EQ(texts("CP_NOP 1,2\t&out+0x10"), "CP_NOP 1 2 & out + 0x10 ");
	EXPECT_EQ(texts("a<<2|b>=c>d"), "a << 2 | b >= c > d ");
}

TEST(Lexer, IgnoresCommentsAndBlankLines)
{
	EXPECT_EQ(texts("# all of it"), "");
	EXPECT_EQ(texts("word 1 # the rest"), "word 1 ");
	EXPECT_EQ(texts(" \t\r"), "");
}

TEST(Lexer, ReadsNumbers)
{
	EXPECT_EQ(number("0"), 0u);
	EXPECT_EQ(number("4K"), 4096u);
	EXPECT_EQ(number("2M"), 2u * 1024 * 1024);
	EXPECT_EQ(number("0xFfffffffffffffff"), UINT64_MAX);
}

TEST(Lexer, PointsAtBadNumbersAndCharacters)
{
	EXPECT_EQ(error_column("  12ab"), 3u);
	EXPECT_EQ(error_column("0x"), 1u);
	EXPECT_EQ(error_column("a 0x10000000000000000"), 3u);
	EXPECT_EQ(error_column("18446744073709551615K"), 1u);
	EXPECT_EQ(error_column("out $ 1"), 5u);
}

TEST(Lexer, KnowsTheColumnOfEachToken)
{
	auto tokens = tokenize("a  == 0x1");

	ASSERT_EQ(tokens.size(), 4u);
	EXPECT_EQ(tokens[1].column, 4u);
	EXPECT_EQ(tokens[2].column, 7u);
	EXPECT_EQ(tokens[3].column, 10u);
}

} // namespace
