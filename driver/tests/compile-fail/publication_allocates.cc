// SPDX-License-Identifier: GPL-2.0-only
/* While a job becomes visible nothing can fail any more: the publication has no token to allocate with. */
// expect-g++: could not convert|cannot convert|no matching function
// expect-clang: no matching function|no viable conversion

#include "kernel/alloc.h"
#include "sched/job.h"

using namespace kernel;
using namespace msm;

void publish(MayAlloc token, ArmedJob job);
void publish(MayAlloc token, ArmedJob job)
{
	std::move(job).publish(token, 1, [&](Signalling publishing, const Fence &) {
#ifdef POSITIVE
		(void)publishing;
#else
		(void)make<u32>(publishing);
#endif
	});
}
