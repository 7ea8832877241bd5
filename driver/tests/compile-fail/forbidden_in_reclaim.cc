// SPDX-License-Identifier: GPL-2.0-only
/* Who reclaims memory cannot ask for any, nor do what may ask for some. */
// mistakes: COPY ALLOCATE RESUME
// expect-g++: could not convert|cannot convert|no matching function|class template argument deduction failed
// expect-clang: no matching (function|constructor|member function)|no viable (conversion|constructor)

#include "gem/reservation.h"
#include "kernel/device_power.h"
#include "kernel/lock.h"
#include "kernel/user.h"

using namespace kernel;
using namespace msm;

#ifdef POSITIVE
using Context = MayFault;
#else
using Context = Reclaim;
#endif

void call(Context token, u64 address, RuntimePm pm, Bo &bo, Mutex<Rank::pt> &lock);
void call(Context token, u64 address, RuntimePm pm, Bo &bo, Mutex<Rank::pt> &lock)
{
#if defined(POSITIVE) || defined(COPY)
	(void)copy_in<u32>(token, address);
#endif
#if defined(POSITIVE) || defined(ALLOCATE)
	(void)make<int>(token);
#endif
#if defined(POSITIVE) || defined(RESUME)
	(void)pm.get(token);
#endif
}
