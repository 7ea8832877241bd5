// SPDX-License-Identifier: GPL-2.0-only
/* Arming consumes the reserved job: what is left of it cannot be armed again by accident. */
// expect-g++: passing .* as .this. argument discards qualifiers
// expect-clang: is an lvalue, but function has rvalue ref-qualifier

#include "sched/context.h"
#include "sched/job.h"

using namespace msm;

void arm(ReservedJob job, const Lane &lane);
void arm(ReservedJob job, const Lane &lane)
{
#ifdef POSITIVE
	(void)std::move(job).arm(lane);
#else
	(void)job.arm(lane);
#endif
}
