/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of all locks, outer to inner. A lock's rank is part of its type; a lock may only be
 * taken while every held one has an earlier rank. Clang checks it within a function, lockdep at run
 * time: each rank is one lock class, and the whole order is taught to it when the module loads
 * (lock.cc), so one boot shows an inversion.
 *
 * Each line: the rank, its kind of lock, and the weakest context that may take it. That context is
 * what keeps a lock out of the signalling path: a rank that says Reclaim cannot be locked with a
 * Signalling token.
 *
 *	mutex		sleeping lock (Mutex)
 *	ww		a reservation: dma_resv has its own guard types, gem/reservation.h
 *	spin		spinlock of process context (SpinLock)
 *	irq_spin	spinlock that interrupts take too (IrqSpinLock)
 */
#pragma once

#include "kernel/contexts.h"
#include "kernel/types.h"

namespace kernel {

#define LOCK_RANKS(RANK)                                                                      \
	RANK(device, mutex, MayAlloc)      /* firmware, first open, probe state */            \
	RANK(file, mutex, MayAlloc)        /* a drm_file's VM state, its tables of queues */  \
	RANK(power, mutex, MayAlloc)       /* the number of armed jobs, over resume */        \
	RANK(frequency, mutex, MayAlloc)   /* the operating point, while it is set */         \
	RANK(submitqueue, mutex, MayAlloc) /* one submitqueue: submits in ioctl order */      \
	RANK(reservation, ww, Reclaim)     /* a VM's, then its BOs' dma_resv */               \
	RANK(userptr, mutex, Reclaim)      /* interval sequence of user memory */             \
	RANK(va, mutex, Reclaim)           /* a VM's tree of VMAs */                          \
	RANK(clocks, mutex, Signalling)    /* whether the GPU's clocks run */                 \
	RANK(hardware, mutex, Signalling)  /* register sequences that must not interleave */  \
	RANK(pt, mutex, Signalling)        /* a VM's page tables; no allocation under it */   \
	RANK(lru, spin, Reclaim)           /* lists of the shrinker */                        \
	RANK(vma, spin, Signalling)        /* one VMA's pins and fence seqnos */              \
	RANK(queue, irq_spin, Irq)         /* hand-over lists: retire, reaper */              \
	RANK(registers, irq_spin, Irq)     /* that the GPU is on, while registers are read */ \
	RANK(ring, irq_spin, Irq)          /* a ring's list of pending jobs */                \
	RANK(fence, irq_spin, Irq)         /* a fence context's lock; innermost */

enum class Rank : u8 {
#define RANK(name, kind, context) name,
	LOCK_RANKS(RANK)
#undef RANK
};

/* The innermost. */
inline constexpr Rank last_rank = Rank::fence;

enum class LockKind : u8 { mutex, ww, spin, irq_spin };

template <Rank>
struct RankTraits;

#define RANK(rank_name, lock_kind, context)                           \
	template <>                                                   \
	struct RankTraits<Rank::rank_name> {                          \
		using Context = ::kernel::context;                    \
		static constexpr LockKind kind = LockKind::lock_kind; \
		static constexpr char name[] = "msmxx_" #rank_name;   \
	};
LOCK_RANKS(RANK)
#undef RANK

/** RankContext - The weakest token that may lock this rank. */
template <Rank rank>
using RankContext = typename RankTraits<rank>::Context;

} // namespace kernel
