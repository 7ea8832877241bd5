// SPDX-License-Identifier: GPL-2.0-only
/* A job that has no place in its lane yet cannot be made visible. */
// expect-g++: has no member named .publish.
// expect-clang: no member named 'publish'

#include "sched/context.h"
#include "sched/job.h"

using namespace kernel;
using namespace msm;

void submit(MayAlloc token, ReservedJob job, const Lane &lane);
void submit(MayAlloc token, ReservedJob job, const Lane &lane)
{
	auto nothing = [](Signalling, const Fence &) {
	};

#ifdef POSITIVE
	std::move(job).arm(lane).publish(token, 1, nothing);
#else
	std::move(job).publish(token, 1, nothing);
#endif
}
