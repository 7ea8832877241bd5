// SPDX-License-Identifier: GPL-2.0-only
#include "sched/power.h"

namespace msm {

using namespace kernel;

/* The first of either kind powers up, the last of both lets go. */
Result<void> Power::get(MayAlloc token)
{
	if (closed_)
		return err(ENODEV);
	if (unused())
		TRY(hardware_.power_up(token));
	return {};
}

void Power::put(MayAlloc token)
{
	if (unused())
		hardware_.power_down(token);
}

Result<void> Power::arm(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	TRY(get(token));
	armed_.add(1);
	return {};
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

	if (closed_)
		return;
	holds_--;
	put(token);
}

void Power::close(MayAlloc token)
{
	MutexGuard guard(lock_, token);
	bool held = holds_ != 0;

	closed_ = true;
	holds_ = 0;
	if (held)
		put(token);
}

Result<void> Power::wait_idle(MayAlloc token, Deadline deadline)
{
	return idle_.wait(token, [this] { return armed_.get() == 0; }, deadline);
}

} // namespace msm
