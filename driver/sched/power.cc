// SPDX-License-Identifier: GPL-2.0-only
#include "sched/power.h"

#include <utility>

namespace msm {

using namespace kernel;

/* The first of either kind powers up, the last of both lets go. */
Result<void> Power::get(MayAlloc token)
{
	if (refusal_)
		return err(refusal_);
	if (!on_)
		TRY(hardware_.power_up(token));
	on_ = true;
	return {};
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
	armed_.add(1);
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

	put(token);
	if (!left)
		idle_.wake_all(token);
}

Result<void> Power::hold(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	TRY(get(token));
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
	put(token);
}

Result<void> Power::reset(MayAlloc token, u32 attempts)
{
	MutexGuard guard(lock_, token);
	Result<void> up = hardware_.reset(token);

	for (u32 attempt = 1; !up && attempt < attempts; attempt++)
		up = hardware_.power_up(token);
	if (!up) {
		on_ = false;
		refusal_ = EIO;
	}
	return up;
}

void Power::close(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	refusal_ = ENODEV;
	holds_ = 0;
	put(token);
}

Result<void> Power::wait_idle(MayAlloc token, Deadline deadline)
{
	return idle_.wait(token, [this] { return armed_.get() == 0; }, deadline);
}

} // namespace msm
