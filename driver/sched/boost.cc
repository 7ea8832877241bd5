// SPDX-License-Identifier: GPL-2.0-only
#include "sched/boost.h"

#include <utility>

namespace msm {

using namespace kernel;

static bool is_unfinished(Irq token, const Ring &ring, Seqno seqno)
{
	auto oldest = ring.oldest(token);

	return oldest && seqno.at_or_after(*oldest);
}

Boost::Boost(Hardware &hardware, WorkQueue &queue) : hardware_(hardware), queue_(queue)
{
	work_.init<&Boost::work>(this);
	end_timer_.init<&Boost::end_time>(this);
	deadline_timer_.init<&Boost::deadline_time>(this);
}

void Boost::start(Irq token, State &state)
{
	if (state.stopped)
		return;
	state.wanted = true;
	work_.queue(queue_, token);
}

void Boost::now(Irq token)
{
	auto state = state_.lock(token);

	start(token, *state);
}

void Boost::by(Irq token, const Ring &ring, Seqno seqno, u64 deadline)
{
	u64 now = monotonic_now();
	auto state = state_.lock(token);

	if (state->stopped)
		return;
	if (deadline <= now + margin.count) {
		if (is_unfinished(token, ring, seqno))
			start(token, *state);
		return;
	}
	if (state->ring == &ring && seqno.at_or_after(state->seqno))
		state->seqno = seqno;
	if (state->ring && state->deadline <= deadline)
		return;
	if (state->ring != &ring)
		state->seqno = seqno;
	state->ring = &ring;
	state->deadline = deadline;
	deadline_timer_.start({deadline - now - margin.count}, token);
}

void Boost::deadline_time(Irq token)
{
	auto state = state_.lock(token);
	const Ring *ring = std::exchange(state->ring, nullptr);

	if (ring && is_unfinished(token, *ring, state->seqno))
		start(token, *state);
}

void Boost::end_time(Irq token)
{
	state_.lock(token)->over = true;
	work_.queue(queue_, token);
}

void Boost::work(MayAlloc token)
{
	bool begin;

	{
		auto state = state_.lock(token);

		begin = std::exchange(state->wanted, false);
		if (!begin && !state->over)
			return;
		state->over = false;
		if (begin && !state->stopped)
			end_timer_.start(duration, token);
	}
	hardware_.boost(token, begin);
}

void Boost::stop(MayAlloc token)
{
	state_.lock(token)->stopped = true;
	deadline_timer_.stop(token);
	end_timer_.stop(token);
	work_.cancel(token);
}

} // namespace msm
