// SPDX-License-Identifier: GPL-2.0-only
/* An interrupt cannot sleep, nor do what may. */
// mistakes: COPY ALLOCATE RESUME RESERVE FENCE FREQUENCY SLEEP
// expect-g++: could not convert|cannot convert|no matching function|class template argument deduction failed
// expect-clang: no matching (function|constructor|member function)|no viable (conversion|constructor)

#include "gem/reservation.h"
#include "kernel/alloc.h"
#include "kernel/device_power.h"
#include "kernel/fence.h"
#include "kernel/lock.h"
#include "kernel/user.h"

using namespace kernel;
using namespace msm;

#ifdef POSITIVE
using Context = MayFault;
#else
using Context = Irq;
#endif

void call(Context token, u64 address, RuntimePm pm, Bo &bo, const Fence &fence,
	  OperatingPoints &points, Mutex<Rank::pt> &lock);
void call(Context token, u64 address, RuntimePm pm, Bo &bo, const Fence &fence,
	  OperatingPoints &points, Mutex<Rank::pt> &lock)
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
#if defined(POSITIVE) || defined(FREQUENCY)
	(void)points.set(token, 1);
#endif
#if defined(POSITIVE) || defined(SLEEP)
	MutexGuard guard(lock, token);
#endif
}
