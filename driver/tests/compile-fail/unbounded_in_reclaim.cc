// SPDX-License-Identifier: GPL-2.0-only
/* In reclaim a wait has a bound, which is short, and the compiler knows it. */
// mistakes: NEVER LONG
// expect-g++: could not convert|cannot convert|no matching function|call to non-'constexpr' function|call to consteval function
// expect-clang: no viable (conversion|constructor)|no matching (function|constructor)|not a constant expression

#include "kernel/reservation.h"

using namespace kernel;

void reclaim(Reclaim token, struct dma_resv *resv);
void reclaim(Reclaim token, struct dma_resv *resv)
{
#if defined(NEVER)
	wait_briefly(token, resv, Deadline::never());
#elif defined(LONG)
	wait_briefly(token, resv, Patience(milliseconds(101)));
#else
	wait_briefly(token, resv, Patience(milliseconds(100)));
#endif
}
