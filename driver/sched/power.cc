// SPDX-License-Identifier: GPL-2.0-only
#include "sched/power.h"

#include <utility>

#include "kernel/mutant.h"

namespace msm {

using namespace kernel;

/* How often the GPU is switched on before it is given up. */
static constexpr u32 max_attempts = 3;

Power::Power(Hardware &hardware, Nanoseconds rest_delay)
	: hardware_(hardware), rest_delay_(rest_delay), boost_(hardware, queue_)
{
	rest_work_.init<&Power::rest>(this);
	wake_work_.init<&Power::wake>(this);
	rest_timer_.init<&Power::rest_time>(this);
}

Result<void> Power::init(MayAlloc token)
{
	queue_ = TRY(WorkQueue::create(token, "msmxx-power", 0));
	return {};
}

/* The first of either kind powers up, the last of both lets go. */
Result<void> Power::get(MayAlloc token)
{
	if (refusal_)
		return err(refusal_);
	if (!on_)
		TRY(persevere(token, hardware_.power_up(token)));
	on_ = true;
	return {};
}

/*
 * A GPU that does not answer may do so the next time its power is switched on; if it never does it
 * is lost. What fails for another reason, like a want of memory, is the caller's to try again.
 */
Result<void> Power::persevere(MayAlloc token, Result<void> up)
{
	for (u32 attempt = 1; !up && attempt < max_attempts; attempt++)
		up = hardware_.power_up(token);
	if (up || (up.error().code != ETIMEDOUT && up.error().code != EIO))
		return up;
	refusal_ = EIO;
	lost_.set(1);
	return err(EIO);
}

void Power::put(MayAlloc token)
{
	if (unused() && std::exchange(on_, false))
		hardware_.power_down(token);
}

Result<void> Power::arm(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	TRY(get(token));
	if (armed_.add(1) == 1)
		rest_soon(token);
	return {};
}

bool Power::arm_if_on(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	if (!on_)
		return false;
	armed_.add(1);
	return true;
}

void Power::disarm(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	s32 left = armed_.add(-1);

	if (!mutant(Mutant::power_leak))
		put(token);
	if (!left)
		idle_.wake_all(token);
}

Result<void> Power::start(Signalling token)
{
	TRY(hardware_.claim_clocks(token));

	u64 pause = static_cast<u64>(pause_.exchange(0));

	/* Both may wait for memory, so not here. */
	if (slow_.exchange(0))
		wake_work_.queue(queue_, token);
	if (pause && monotonic_now() - pause > Boost::duration.count)
		boost_.now(token);
	return {};
}

void Power::finish(Signalling token)
{
	if (!hardware_.release_clocks(token))
		return;
	pause_.set(static_cast<s64>(monotonic_now()));
	rest_soon(token);
}

void Power::rest_soon(Irq token)
{
	rest_timer_.start(rest_delay_, token);
}

void Power::rest_time(Irq token)
{
	/* With no job armed, the GPU as a whole is about to sleep. */
	if (armed_.get())
		rest_work_.queue(queue_, token);
}

void Power::rest(MayAlloc token)
{
	/* First: the next job finds it, and its worker comes after this. */
	slow_.set(1);
	hardware_.rest(token);
}

void Power::wake(MayAlloc token)
{
	hardware_.wake(token);
}

void Power::stop_work(MayAlloc token)
{
	boost_.stop(token);
	rest_timer_.stop(token);
	rest_work_.cancel(token);
	wake_work_.cancel(token);
}

Result<void> Power::hold(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	TRY(get(token));
	if (auto claimed = hardware_.claim_clocks(token); !claimed) {
		put(token);
		return claimed;
	}
	holds_++;
	return {};
}

void Power::release(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	/* Taken by close(). */
	if (!holds_)
		return;
	holds_--;
	finish(token);
	put(token);
}

Result<void> Power::reset(MayAlloc token)
{
	MutexGuard guard(lock_, token);
	Result<void> up = persevere(token, hardware_.reset(token));

	if (up)
		return up;
	/* Jobs are waiting for it: there is no other time. */
	on_ = false;
	refusal_ = EIO;
	lost_.set(1);
	return err(EIO);
}

void Power::close(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	refusal_ = ENODEV;
	for (; holds_; holds_--)
		finish(token);
	put(token);
}

Result<void> Power::wait_idle(MayAlloc token, Deadline deadline)
{
	return idle_.wait(token, [this] { return armed_.get() == 0; }, deadline);
}

} // namespace msm
