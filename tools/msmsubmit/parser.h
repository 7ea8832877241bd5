/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stream language, one statement a line. README.rst beside this file describes it for users; in
 *short:
 *
 *	title TEXT
 *	let NAME = VALUE
 *	buffer NAME SIZE [cached] [readonly] [private]
 *	fill NAME = VALUE
 *	data LOCATION = OPERAND…
 *	queue NAME priority N
 *	syncobj NAME
 *	commands NAME                  COMMAND lines up to `end`: a buffer to branch to
 *	job NAME [on QUEUE] [after JOB…] [wait SYNCOBJ[@POINT]] [signal SYNCOBJ[@POINT]] [repeat N]
 *[implicit] COMMAND lines up to `end` expect [u64] LOCATION COMPARISON (VALUE… | LOCATION [bytes
 *N])
 *
 *	COMMAND   PACKET [OPERAND…] | REGISTER = OPERAND… | word OPERAND…
 *	OPERAND   VALUE | &LOCATION (two words: low and high half of the address)
 *	LOCATION  NAME[+OFFSET]
 *	VALUE     number, name of a constant, event or register, NAME.dwords, joined with | << and (
 *)
 *
 * A name must be defined above its use.
 */
#pragma once

#include "stream.h"

#include <string_view>

/**
 * parse_stream() - the stream that @text describes
 * @file: its name, for messages
 *
 * Throws BadStream with file:line:column.
 */
Stream parse_stream(const std::string &file, std::string_view text);

/** read_stream() - reads and parses @file; throws BadStream */
Stream read_stream(const std::string &file);
