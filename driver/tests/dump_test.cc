// SPDX-License-Identifier: GPL-2.0-only
/* What dumps are made of: bytes on a tape, words as text. */

#include <string_view>

#include "debug/ascii85.h"
#include "debug/printable.h"
#include "kernel/alloc.h"
#include "kernel/tape.h"
#include "tests/kunit.h"

using namespace kernel;
using namespace msm::debug;

namespace {

void tape_keeps_what_was_put(Test &test)
{
	auto tape = ASSERT_OK(test, make<Tape>(test.may_alloc()));
	struct Odd {
		u8 bytes[7];
	};

	ASSERT(test, tape->init(test.may_alloc(), 2));
	for (u32 i = 0; i < PAGE_SIZE / sizeof(u32) - 1; i++)
		EXPECT(test, tape->put(test.may_alloc(), i));
	/* Across the end of a page. */
	u32 at = tape->size();
	EXPECT(test, tape->put(test.may_alloc(), Odd{{1, 2, 3, 4, 5, 6, 7}}));
	EXPECT_EQ(test, tape->get<u32>(400), 100);
	EXPECT_EQ(test, tape->get<Odd>(at).bytes[3], 4);
	EXPECT_EQ(test, tape->get<Odd>(at).bytes[4], 5);
	tape->replace(at, Odd{{7, 6, 5, 4, 3, 2, 1}});
	EXPECT_EQ(test, tape->get<Odd>(at).bytes[6], 1);
	EXPECT_EQ(test, tape->get<u32>(400), 100);
}

void tape_has_an_end(Test &test)
{
	auto tape = ASSERT_OK(test, make<Tape>(test.may_alloc()));
	u8 bytes[64] = {};

	ASSERT(test, tape->init(test.may_alloc(), 1));
	for (u32 i = 0; i < PAGE_SIZE / sizeof(bytes) - 1; i++)
		EXPECT_EQ(test, tape->write(test.may_alloc(), bytes, sizeof(bytes)), sizeof(bytes));
	EXPECT_EQ(test, tape->write(test.may_alloc(), bytes, 60), 60);
	/* As a whole or not at all. */
	EXPECT(test, !tape->put(test.may_alloc(), u64{1}));
	EXPECT_EQ(test, tape->size(), PAGE_SIZE - 4);
	EXPECT_EQ(test, tape->room(test.may_alloc()).size(), 4);
	/* As much as fits. */
	EXPECT_EQ(test, tape->write(test.may_alloc(), bytes, 8), 4);
	EXPECT(test, tape->room(test.may_alloc()).empty());
	tape->clear();
	EXPECT_EQ(test, tape->size(), 0);
	EXPECT(test, tape->put(test.may_alloc(), u64{1}));
}

std::string_view encode(u32 value, char (&text)[8])
{
	return {text, ascii85(value, text, 0)};
}

void words_as_ascii85(Test &test)
{
	char text[8];

	EXPECT(test, encode(0, text) == "z");
	EXPECT(test, encode(1, text) == "!!!!\"");
	EXPECT(test, encode(84, text) == "!!!!u");
	EXPECT(test, encode(85, text) == "!!!\"!");
	EXPECT(test, encode(0xffffffff, text) == "s8W-!");
	/* "Man " in the encoding's best known example. */
	EXPECT(test, encode(0x4d616e20, text) == "9jqo^");
	text[0] = 'x';
	EXPECT_EQ(test, ascii85(0, text, 1), 2);
	EXPECT(test, text[0] == 'x');
}

void names_stay_on_their_line(Test &test)
{
	EXPECT(test, std::string_view(Printable("a\nb: c\x7f\xff").text) == "a?b: c??");
	EXPECT(test, std::string_view(Printable("").text).empty());
	EXPECT_EQ(
		test,
		std::string_view(Printable("0123456789012345678901234567890123456789").text).size(),
		31);

	char text[] = "one\ntwo\x1b[31m\0\xff";
	make_printable(text);
	EXPECT(test, std::string_view(text, sizeof(text)) ==
			     std::string_view("one?two?[31m\0?", sizeof(text)));
}

} // namespace

KUNIT_SUITE(dump, KUNIT_CASE(tape_keeps_what_was_put), KUNIT_CASE(tape_has_an_end),
	    KUNIT_CASE(words_as_ascii85), KUNIT_CASE(names_stay_on_their_line));
