// SPDX-License-Identifier: GPL-2.0-only
/* Who reclaims memory cannot ask for any, nor wait for whoever does. */
// mistakes: COPY ALLOCATE RESUME RESERVE FENCE WAIT FLUSH FREQUENCY
// expect-g++: could not convert|cannot convert|no matching function|class template argument deduction failed
// expect-clang: no matching (function|constructor|member function)|no viable (conversion|constructor)

#include "gem/reservation.h"
#include "kernel/alloc.h"
#include "kernel/device_power.h"
#include "kernel/fence.h"
#include "kernel/user.h"
#include "kernel/wait.h"
#include "kernel/work.h"

using namespace kernel;
using namespace msm;

#ifdef POSITIVE
using Context = MayFault;
#else
using Context = Reclaim;
#endif

void call(Context token, u64 address, RuntimePm pm, Bo &bo, const Fence &fence, WaitQueue &queue,
	  Work &work, OperatingPoints &points);
void call(Context token, u64 address, RuntimePm pm, Bo &bo, const Fence &fence, WaitQueue &queue,
	  Work &work, OperatingPoints &points)
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
#if defined(POSITIVE) || defined(RESERVE)
	Reservation held(token, bo);
#endif
#if defined(POSITIVE) || defined(FENCE)
	(void)fence.wait(token, Deadline::never(), Interruptible::no);
#endif
#if defined(POSITIVE) || defined(WAIT)
	(void)queue.wait(token, [] { return true; });
#endif
#if defined(POSITIVE) || defined(FLUSH)
	work.flush(token);
#endif
#if defined(POSITIVE) || defined(FREQUENCY)
	(void)points.set(token, 1);
#endif
}
