// SPDX-License-Identifier: GPL-2.0-only
/* A publication that could fail is none: nobody would be there to undo it. */
// expect-g++: ignoring return|ignoring returned value
// expect-clang: ignoring return value

#include "sched/job.h"

using namespace kernel;
using namespace msm;

void publish(MayAlloc token, ArmedJob job);
void publish(MayAlloc token, ArmedJob job)
{
#ifdef POSITIVE
	std::move(job).publish(token, 1, [](Signalling, const Fence &) {});
#else
	std::move(job).publish(
		token, 1, [](Signalling, const Fence &) -> Result<void> { return err(ENOMEM); });
#endif
}
