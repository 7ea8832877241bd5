/* SPDX-License-Identifier: GPL-2.0-only */
#include "lexer.h"

#include <array>
#include <cctype>
#include <charconv>
#include <format>

namespace {

/* Longer ones first: the first that matches is taken. */
constexpr std::array<std::string_view, 17> punctuation = {
	"<<", "==", "!=", ">=", "<=", ">", "<", "=", "+", "|", "&", "@", ".", "[", "]", "(", ")"};

bool is_word_start(char c)
{
	return std::isalpha(static_cast<unsigned char>(c)) || c == '_';
}

bool is_word(char c)
{
	return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

size_t word_length(std::string_view text)
{
	size_t length = 0;

	while (length < text.size() && is_word(text[length]))
		length++;
	return length;
}

uint64_t parse_number(std::string_view text, unsigned column)
{
	uint64_t unit = 1;
	std::string_view digits = text;
	int base = 10;
	uint64_t value = 0;

	if (digits.starts_with("0x") || digits.starts_with("0X")) {
		digits.remove_prefix(2);
		base = 16;
	} else if (digits.ends_with('K')) {
		digits.remove_suffix(1);
		unit = 1024;
	} else if (digits.ends_with('M')) {
		digits.remove_suffix(1);
		unit = 1024 * 1024;
	}

	const char *end = digits.data() + digits.size();
	auto [stop, error] = std::from_chars(digits.data(), end, value, base);
	if (error == std::errc::result_out_of_range || value > UINT64_MAX / unit)
		throw SyntaxError{column, std::format("'{}' does not fit into 64 bits", text)};
	if (error != std::errc() || stop != end)
		throw SyntaxError{column, std::format("'{}' is not a number", text)};
	return value * unit;
}

} // namespace

std::vector<Token> tokenize(std::string_view line)
{
	std::vector<Token> tokens;
	size_t at = 0;

	while (at < line.size() && line[at] != '#') {
		std::string_view rest = line.substr(at);
		unsigned column = at + 1;
		char c = rest[0];

		if (c == ' ' || c == '\t' || c == ',' || c == '\r') {
			at++;
			continue;
		}

		Token token = {Token::Kind::Punctuation, {}, 0, column};
		if (is_word(c)) {
			token.text = rest.substr(0, word_length(rest));
			if (is_word_start(c)) {
				token.kind = Token::Kind::Word;
			} else {
				token.kind = Token::Kind::Number;
				token.number = parse_number(token.text, column);
			}
		} else {
			for (std::string_view mark : punctuation) {
				if (rest.starts_with(mark)) {
					token.text = rest.substr(0, mark.size());
					break;
				}
			}
			if (token.text.empty())
				throw SyntaxError{column, std::format("unexpected '{}'", c)};
		}
		at += token.text.size();
		tokens.push_back(token);
	}
	tokens.push_back({Token::Kind::End, {}, 0, static_cast<unsigned>(at + 1)});
	return tokens;
}
