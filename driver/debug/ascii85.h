/* SPDX-License-Identifier: GPL-2.0-only */
/* Words as text, the way PostScript has it: five characters each, and one for zero. */
#pragma once

#include <cstddef>

#include "kernel/types.h"

namespace msm::debug {

/** Most characters of a word */
inline constexpr size_t ascii85_word = 5;

/**
 * ascii85() - @value at @text[@at]
 *
 * Return: where the next one goes.
 */
constexpr size_t ascii85(u32 value, char *text, size_t at)
{
	if (!value) {
		text[at] = 'z';
		return at + 1;
	}
	for (size_t i = ascii85_word; i > 0; i--) {
		text[at + i - 1] = static_cast<char>('!' + value % 85);
		value /= 85;
	}
	return at + ascii85_word;
}

} // namespace msm::debug
