// SPDX-License-Identifier: GPL-2.0-only
/*
 * Priming: lockdep only knows of an order what it has seen. So at load one lock of each rank is taken, in order, with
 * what the rank's context promises: a rank that Reclaim may take is taken inside reclaim, one for Signalling inside a
 * fence-signalling section. From then on a single wrong nesting anywhere is a report, whether or not it deadlocks.
 */

#include "kernel/lock.h"

#include "kernel/signalling.h"

namespace kernel {

struct LockPrimer {
	/* Each rank by itself, in the context it is promised to. */
	template <Rank rank> static void promise(MayAlloc token)
	{
		if constexpr (RankTraits<rank>::kind == LockKind::mutex && !std::is_same_v<RankContext<rank>, MayAlloc>) {
			/* Whoever allocates under it deadlocks with the shrinker that takes it. */
			bridge_fs_reclaim_acquire();
			take<rank>(token);
			bridge_fs_reclaim_release();
		}
		if constexpr (RankTraits<rank>::kind == LockKind::mutex && std::is_same_v<RankContext<rank>, Signalling>) {
			/* Whoever waits for a fence under it deadlocks with run_job, which takes it. */
			SignallingSection section(token);
			take<rank>(token);
		}
		if constexpr (rank != last_rank)
			promise<inner(rank)>(token);
	}

	/* All at once, outermost first. */
	template <Rank rank> static void order(MayAlloc token) NO_THREAD_SAFETY_ANALYSIS
	{
		constexpr LockKind kind = RankTraits<rank>::kind;

		if constexpr (kind == LockKind::mutex) {
			Mutex<rank> lock;
			MutexGuard guard(lock, token);
			continue_inside<rank>(token);
		} else if constexpr (kind == LockKind::spin) {
			SpinLock<rank> lock;
			SpinGuard guard(lock, token);
			continue_inside<rank>(token);
		} else if constexpr (kind == LockKind::irq_spin) {
			IrqSpinLock<rank> lock;
			IrqSpinGuard guard(lock, token);
			continue_inside<rank>(token);
		} else {
			/* DRM teaches lockdep about reservations. */
			continue_inside<rank>(token);
		}
	}

private:
	static constexpr Rank inner(Rank rank) { return static_cast<Rank>(static_cast<u8>(rank) + 1); }

	template <Rank rank> static void take(MayAlloc token) NO_THREAD_SAFETY_ANALYSIS
	{
		Mutex<rank> lock;
		MutexGuard guard(lock, token);
	}

	template <Rank rank> static void continue_inside(MayAlloc token)
	{
		if constexpr (rank != last_rank)
			order<inner(rank)>(token);
	}
};

void prime_lock_order(MayAlloc token)
{
	LockPrimer::promise<Rank::device>(token);
	LockPrimer::order<Rank::device>(token);
}

} // namespace kernel
