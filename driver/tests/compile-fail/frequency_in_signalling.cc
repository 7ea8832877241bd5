// SPDX-License-Identifier: GPL-2.0-only
/*
 * On the way to a fence no frequency is set and no QoS request made: those wait for whoever allocates
 * under the locks of clocks, interconnects, devfreq and QoS.
 */
// mistakes: POINT LOWEST SCALE REQUIRE SUSPEND
// expect-g++: could not convert|cannot convert|no matching function
// expect-clang: no matching (function|constructor|member function)|no viable (conversion|constructor)

#include "adreno/frequency.h"
#include "kernel/devfreq.h"

using namespace kernel;
using namespace msm;

#ifdef POSITIVE
using Context = MayAlloc;
#else
using Context = Signalling;
#endif

void call(Context token, OperatingPoints &points, adreno::Frequency &frequency, Devfreq &devfreq);
void call(Context token, OperatingPoints &points, adreno::Frequency &frequency, Devfreq &devfreq)
{
#if defined(POSITIVE) || defined(POINT)
	(void)points.set(token, 1);
#endif
#if defined(POSITIVE) || defined(LOWEST)
	(void)frequency.settle(token, [] { return true; });
#endif
#if defined(POSITIVE) || defined(SCALE)
	(void)frequency.want(token, 1);
#endif
#if defined(POSITIVE) || defined(REQUIRE)
	devfreq.require(token, 1);
#endif
#if defined(POSITIVE) || defined(SUSPEND)
	devfreq.suspend(token);
#endif
}
