// SPDX-License-Identifier: GPL-2.0-only
/* A state that was consumed by the step to the next is empty: it can neither be looked at nor armed once more. */
// mistakes: LOOK ARM
// expect-clang-tidy: bugprone-use-after-move

#include "sched/context.h"
#include "sched/job.h"

using namespace msm;

size_t arm(ReservedJob job, const Lane &lane);
size_t arm(ReservedJob job, const Lane &lane)
{
	size_t bos = job.bos().size();
	ArmedJob armed = std::move(job).arm(lane);

#if defined(LOOK)
	bos = job.bos().size();
#elif defined(ARM)
	(void)std::move(job).arm(lane);
#endif
	return armed.finished() ? bos : 0;
}
