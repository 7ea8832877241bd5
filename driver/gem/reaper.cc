// SPDX-License-Identifier: GPL-2.0-only
#include "gem/reaper.h"

#include "gem/bo.h"

namespace msm {

using namespace kernel;

namespace {

/* Memory that may wait for the reaper before who allocates more waits for it, too. */
constexpr u64 throttle_bytes = 64 << 20;

} // namespace

Reaper::Reaper(WorkQueue queue) : workers_(std::move(queue))
{
	work_.init<&Reaper::reap>(this);
}

void Reaper::queue(Irq token, Bo &bo)
{
	{
		auto dead = dead_.lock(token);

		dead->bos.push_back(bo);
		dead->bytes += bo.size();
	}
	work_.queue(workers_, token);
}

void Reaper::flush(MayAlloc token)
{
	work_.flush(token);
}

void Reaper::throttle(MayFault token)
{
	bool flood = dead_.lock(token)->bytes > throttle_bytes;

	if (flood)
		flush(token);
}

void Reaper::reap(MayAlloc token)
{
	for (;;) {
		Reapable *next;
		{
			auto dead = dead_.lock(token);

			next = dead->bos.pop_front();
			if (next)
				dead->bytes -= static_cast<Bo *>(next)->size();
		}
		if (!next)
			return;
		static_cast<Bo *>(next)->reap(token);
	}
}

} // namespace msm
