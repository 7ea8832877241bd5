// SPDX-License-Identifier: GPL-2.0-only
/*
 * Priming: lockdep only knows of an order what it has seen. So at load one lock of each rank is
 * taken, in order, and each with what its rank's context promises:
 *
 *	MayAlloc	memory is asked for under it
 *	Reclaim		reclaim and mmu notifiers take it; a fence is waited for under it: never in
 *			signalling
 *	Signalling	reclaim, mmu notifiers and the signalling path take it
 *
 * From then on a single wrong nesting anywhere is a report, whether or not it deadlocks.
 */

#include "kernel/lock.h"

#include "bridge/lockdep.h"
#include "kernel/signalling.h"

namespace kernel {

struct LockPrimer {
	/* Each sleeping rank by itself, with what it is promised. */
	template <Rank rank>
	static void promise(MayAlloc token)
	{
		if constexpr (RankTraits<rank>::kind == LockKind::mutex) {
			using Context = RankContext<rank>;

			if constexpr (std::is_same_v<Context, MayAlloc>) {
				take<rank>(token, bridge_prime_allocation);
			} else {
				bridge_prime_reclaim_begin();
				take<rank>(token, [] {});
				bridge_prime_reclaim_end();
			}
			if constexpr (std::is_same_v<Context, Signalling>) {
				SignallingSection section(token);
				take<rank>(token, [] {});
			} else {
				take<rank>(token, bridge_prime_fence_wait);
			}
		}
		if constexpr (rank != last_rank)
			promise<inner(rank)>(token);
	}

	/* All at once, outermost first. */
	template <Rank rank>
	static void order(MayAlloc token) NO_THREAD_SAFETY_ANALYSIS
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
			bridge_prime_under_reservation(
				[](void *held) {
					continue_inside<rank>(*static_cast<MayAlloc *>(held));
				},
				&token);
		}
	}

private:
	static constexpr Rank inner(Rank rank)
	{
		return static_cast<Rank>(static_cast<u8>(rank) + 1);
	}

	template <Rank rank, typename Inside>
	static void take(MayAlloc token, Inside inside) NO_THREAD_SAFETY_ANALYSIS
	{
		Mutex<rank> lock;
		MutexGuard guard(lock, token);

		inside();
	}

	template <Rank rank>
	static void continue_inside(MayAlloc token)
	{
		if constexpr (rank != last_rank)
			order<inner(rank)>(token);
	}
};

void prime_lock_order(MayAlloc token)
{
	LockPrimer::promise<Rank::device>(token);
	LockPrimer::order<Rank::device>(token);
	/* What comes after reservations, which an mmu notifier may not wait for. */
	bridge_prime_mmu_notifier(
		[](void *held) {
			LockPrimer::order<Rank::userptr>(*static_cast<MayAlloc *>(held));
		},
		&token);
}

} // namespace kernel
