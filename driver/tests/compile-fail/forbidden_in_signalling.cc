// SPDX-License-Identifier: GPL-2.0-only
/* On the way to a fence nothing can be done that may wait for memory, or for a fence. */
// mistakes: COPY COPY_OUT ALLOCATE RESUME RESERVE FENCE FLUSH SYNC_FILE SYNCOBJ
// expect-g++: could not convert|cannot convert|no matching function|class template argument deduction failed
// expect-clang: no matching (function|constructor|member function)|no viable (conversion|constructor)

#include "gem/reservation.h"
#include "kernel/alloc.h"
#include "kernel/device_power.h"
#include "kernel/fence.h"
#include "kernel/syncobj.h"
#include "kernel/user.h"
#include "kernel/work.h"

using namespace kernel;
using namespace msm;

#ifdef POSITIVE
using Context = MayFault;
#else
using Context = Signalling;
#endif

void call(Context token, u64 address, RuntimePm pm, Bo &bo, const Fence &fence, Work &work,
	  struct drm_file *file);
void call(Context token, u64 address, RuntimePm pm, Bo &bo, const Fence &fence, Work &work,
	  struct drm_file *file)
{
#if defined(POSITIVE) || defined(COPY)
	(void)copy_in<u32>(token, address);
#endif
#if defined(POSITIVE) || defined(COPY_OUT)
	(void)copy_out(token, address, &address, sizeof(address));
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
#if defined(POSITIVE) || defined(FLUSH)
	work.flush(token);
#endif
#if defined(POSITIVE) || defined(SYNC_FILE)
	(void)SyncFile::create(token, fence);
#endif
#if defined(POSITIVE) || defined(SYNCOBJ)
	(void)SyncobjSignal::create(token, file, 1, 0);
#endif
}
