/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line of a stream as tokens: words ([A-Za-z_][A-Za-z0-9_]*), numbers (decimal or 0x…, K and M
 * multiply by 1024 and 1024²), and punctuation. Blanks and commas only separate; # begins a
 * comment.
 */
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/**
 * struct Token - a piece of a line
 */
struct Token {
	enum class Kind { Word, Number, Punctuation, End };

	Kind kind;
	/** @text: as written */
	std::string_view text;
	/** @number: the value, for a Number */
	uint64_t number;
	/** @column: of its first character, from 1 */
	unsigned column;
};

/**
 * struct SyntaxError - what is wrong with a line, and at which column; the parser adds file and
 * line
 */
struct SyntaxError {
	unsigned column;
	std::string message;
};

/**
 * tokenize() - the tokens of @line, which must outlive them; the last one is an End
 *
 * Throws SyntaxError.
 */
std::vector<Token> tokenize(std::string_view line);
