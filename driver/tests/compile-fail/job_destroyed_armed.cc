// SPDX-License-Identifier: GPL-2.0-only
/* An armed job has to reach the scheduler: nobody who has one can take it apart. */
// mistakes: DESTROY DESTRUCT REACH_IN
// expect-g++: invalid initialization of reference|is private|cannot convert
// expect-clang: no viable conversion|is a private member|cannot bind

#include "sched/job.h"

using namespace kernel;
using namespace msm;

void end(MayAlloc token, ArmedJob armed, Job &job);
void end(MayAlloc token, ArmedJob armed, Job &job)
{
#if defined(DESTROY)
	Job::destroy(token, armed);
#elif defined(DESTRUCT)
	job.~Job();
#elif defined(REACH_IN)
	Job::destroy(token, *armed.job_);
#endif
}
