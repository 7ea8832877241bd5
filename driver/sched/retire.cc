// SPDX-License-Identifier: GPL-2.0-only
#include "sched/retire.h"

namespace msm {

using namespace kernel;

Result<void> RetireQueue::init(MayAlloc token)
{
	queue_ = TRY(WorkQueue::create(token, "msmxx-retire", WQ_MEM_RECLAIM));
	return {};
}

void RetireQueue::add(Irq token, Job &job)
{
	{
		auto jobs = jobs_.lock(token);

		jobs->push_back(job);
	}
	work_.queue(queue_, token);
}

void RetireQueue::run(MayAlloc token)
{
	Jobs done;

	done.take(*jobs_.lock(token));
	while (Job *job = done.pop_front())
		Job::destroy(token, *job);
}

} // namespace msm
