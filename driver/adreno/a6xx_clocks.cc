// SPDX-License-Identifier: GPL-2.0-only
/*
 * While all jobs wait for other drivers' fences, the GPU is on but has nothing to do: its clocks
 * may rest, so long as what it takes to start them again can be done on the way to a fence. That is
 * why they are gated, and no more: preparing a clock, and runtime PM all the more, may wait for
 * memory.
 *
 * Whoever touches registers claims the clocks before. Who cannot finds that the GPU does not answer,
 * as if it was off. The interrupt is disabled while they rest; what it has to say comes when they
 * run again.
 */
#include "adreno/a6xx.h"
#include "kernel/log.h"

namespace msm::adreno {

using namespace kernel;

void A6xx::clocks_are_on(MayAlloc token)
{
	MutexGuard guard(clock_lock_, token);

	clocks_ = Clocks::running;
	/* They may have been resting when they went off, and not have started again. */
	set_resting(token, false);
}

/*
 * They run until they are disabled with everything else, and nobody lets them rest any more. Return: false
 * if they do not.
 */
bool A6xx::clocks_go_off(MayAlloc token)
{
	MutexGuard guard(clock_lock_, token);
	bool running = wake_clocks(token).has_value();

	if (!running) {
		log_error(device_.get(), "the clocks do not start again");
		parts_->interrupt->enable();
	}
	clocks_ = Clocks::off;
	return running;
}

void A6xx::set_resting(Irq token, bool resting)
{
	IrqSpinGuard guard(on_lock_, token);

	resting_ = resting;
}

Result<void> A6xx::wake_clocks(Signalling token)
{
	if (clocks_ != Clocks::resting)
		return {};
	TRY(parts_->power.ungate(token));
	clocks_ = Clocks::running;
	set_resting(token, false);
	parts_->interrupt->enable();
	return {};
}

Result<void> A6xx::claim_clocks(Signalling token)
{
	MutexGuard guard(clock_lock_, token);

	TRY(wake_clocks(token));
	clock_claims_++;
	return {};
}

bool A6xx::release_clocks(Signalling token)
{
	MutexGuard guard(clock_lock_, token);

	return --clock_claims_ == 0;
}

void A6xx::rest(MayAlloc token)
{
	{
		MutexGuard guard(clock_lock_, token);

		if (clocks_ != Clocks::running || clock_claims_)
			return;
		parts_->interrupt->disable(token);
		set_resting(token, true);
		parts_->power.gate(token);
		clocks_ = Clocks::resting;
	}
	wake(token);
}

bool A6xx::is_resting(Irq token)
{
	IrqSpinGuard guard(on_lock_, token);

	return resting_;
}

} // namespace msm::adreno
