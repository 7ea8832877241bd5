/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The stream language, one statement a line; Documentation/msmsubmit.rst explains it to users:
 *
 *	title TEXT
 *	let NAME = VALUE
 *	buffer NAME SIZE [cached] [readonly] [private]
 *	fill NAME = VALUE
 *	data LOCATION = OPERAND…
 *	queue NAME priority N
 *	syncobj NAME
 *	commands NAME COMMAND… end
 *	job NAME [OPTION…] COMMAND… end
 *	expect [u64] LOCATION COMPARISON VALUE…
 *	expect [u64] LOCATION COMPARISON LOCATION [bytes N]
 *
 *	OPTION    on QUEUE | after JOB | wait SYNC | signal SYNC | repeat N | implicit
 *	SYNC      SYNCOBJ[@POINT]
 *	COMMAND   PACKET [OPERAND…] | REGISTER = OPERAND… | word OPERAND…
 *	OPERAND   VALUE | &LOCATION, which is two words: low and high half of the address
 *	LOCATION  NAME[+OFFSET]
 *	VALUE     numbers, constants, events, registers and NAME.dwords joined with | << ( )
 *
 * The commands of a job or buffer are lines of their own, up to `end`. A name is defined above
 * its use.
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
