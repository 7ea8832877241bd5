// SPDX-License-Identifier: GPL-2.0-only
/* Numbers that wrap have no order. */
// expect-g++: no match for .operator<
// expect-clang: invalid operands to binary expression

#include "kernel/seqno.h"

using namespace kernel;

bool is_done(Seqno done, Seqno job);
bool is_done(Seqno done, Seqno job)
{
#ifdef POSITIVE
	return done.at_or_after(job);
#else
	return job < done;
#endif
}
