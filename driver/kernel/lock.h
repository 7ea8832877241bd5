/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks with a rank. A guard is the only way to lock; it takes the token that the rank asks for.
 * Prefer LockedBy, which has no way to the data but through the lock, to a lock beside GUARDED_BY
 * members.
 */
#pragma once

#include <utility>

#include "bridge/lock.h"
#include "kernel/contexts.h"
#include "kernel/opaque.h"
#include "kernel/rank.h"
#include "kernel/result.h"
#include "kernel/thread_annotations.h"

namespace kernel {

/*
 * What clang orders: taking a lock also takes its rank's tag, and tags stand in order. Costs
 * nothing at run time.
 */
struct CAPABILITY("rank") RankTag {};

template <Rank rank>
inline constinit RankTag rank_tag{};

/* Each after the one before it, and so after all before that. */
#define RANK(name, kind, context)                                     \
	template <>                                                   \
	inline constinit RankTag rank_tag<Rank::name> ACQUIRED_AFTER( \
		rank_tag<static_cast<Rank>(static_cast<u8>(Rank::name) - 1)>){};
LOCK_RANKS(RANK)
#undef RANK

/* One lockdep class per rank, so that two locks of one rank nest only where lockdep is told so. */
template <Rank rank>
struct LockClass {
	static inline constinit Opaque<struct lock_class_key> key{};
};

/**
 * class Mutex - a sleeping lock
 *
 * Ranks that ask only for Signalling are primed: nothing that allocates or waits for a fence
 * happens under them.
 */
template <Rank rank>
	requires(RankTraits<rank>::kind == LockKind::mutex)
class CAPABILITY("mutex") Mutex {
public:
	Mutex()
	{
		bridge_mutex_init(lock_.get(), RankTraits<rank>::name, LockClass<rank>::key.get());
	}
	~Mutex() { bridge_mutex_destroy(lock_.get()); }
	Mutex(const Mutex &) = delete;
	Mutex &operator=(const Mutex &) = delete;

	/** assert_held() - For a function whose caller holds it by a way clang cannot follow. */
	void assert_held() ASSERT_HELD(this) { bridge_mutex_assert_held(lock_.get()); }
	/**
	 * is_held() - By this thread, where lockdep knows; without lockdep, by anyone. For tests.
	 */
	bool is_held() { return bridge_mutex_is_held(lock_.get()); }

private:
	template <Rank>
	friend class MutexGuard;
	friend struct LockPrimer;

	Opaque<struct mutex> lock_;
};

/** class SpinLock - a spinlock that interrupt handlers never take */
template <Rank rank>
	requires(RankTraits<rank>::kind == LockKind::spin)
class CAPABILITY("spinlock") SpinLock {
public:
	SpinLock()
	{
		bridge_spin_init(lock_.get(), RankTraits<rank>::name, LockClass<rank>::key.get());
	}
	SpinLock(const SpinLock &) = delete;
	SpinLock &operator=(const SpinLock &) = delete;

	void assert_held() ASSERT_HELD(this) { bridge_spin_assert_held(lock_.get()); }
	bool is_held() { return bridge_spin_is_held(lock_.get()); }

private:
	template <Rank>
	friend class SpinGuard;
	friend struct LockPrimer;

	Opaque<struct spinlock> lock_;
};

/** class IrqSpinLock - a spinlock that interrupt handlers take too: held with interrupts off */
template <Rank rank>
	requires(RankTraits<rank>::kind == LockKind::irq_spin)
class CAPABILITY("spinlock") IrqSpinLock {
public:
	IrqSpinLock()
	{
		bridge_spin_init(lock_.get(), RankTraits<rank>::name, LockClass<rank>::key.get());
	}
	IrqSpinLock(const IrqSpinLock &) = delete;
	IrqSpinLock &operator=(const IrqSpinLock &) = delete;

	void assert_held() ASSERT_HELD(this) { bridge_spin_assert_held(lock_.get()); }
	bool is_held() { return bridge_spin_is_held(lock_.get()); }

	/** raw() - The kernel's spinlock, for dma_fence_init(), which keeps it (6.12). */
	struct spinlock *raw() { return lock_.get(); }

private:
	template <Rank>
	friend class IrqSpinGuard;
	friend struct LockPrimer;

	Opaque<struct spinlock> lock_;
};

/** class MutexGuard - `MutexGuard guard(lock_, token);` holds it to the end of the scope */
template <Rank rank>
class [[nodiscard]] SCOPED_CAPABILITY MutexGuard {
public:
	MutexGuard(Mutex<rank> &lock, RankContext<rank>) ACQUIRE(lock, rank_tag<rank>) : lock_(lock)
	{
		bridge_mutex_lock(lock_.lock_.get());
	}
	~MutexGuard() RELEASE() { bridge_mutex_unlock(lock_.lock_.get()); }
	MutexGuard(const MutexGuard &) = delete;
	MutexGuard &operator=(const MutexGuard &) = delete;

private:
	Mutex<rank> &lock_;
};

/** class SpinGuard - MutexGuard's like for a SpinLock */
template <Rank rank>
class [[nodiscard]] SCOPED_CAPABILITY SpinGuard {
public:
	SpinGuard(SpinLock<rank> &lock, RankContext<rank>) ACQUIRE(lock, rank_tag<rank>)
		: lock_(lock)
	{
		bridge_spin_lock(lock_.lock_.get());
	}
	~SpinGuard() RELEASE() { bridge_spin_unlock(lock_.lock_.get()); }
	SpinGuard(const SpinGuard &) = delete;
	SpinGuard &operator=(const SpinGuard &) = delete;

private:
	SpinLock<rank> &lock_;
};

/** class IrqSpinGuard - MutexGuard's like for an IrqSpinLock; interrupts are off meanwhile */
template <Rank rank>
class [[nodiscard]] SCOPED_CAPABILITY IrqSpinGuard {
public:
	IrqSpinGuard(IrqSpinLock<rank> &lock, RankContext<rank>) ACQUIRE(lock, rank_tag<rank>)
		: lock_(lock), flags_(bridge_spin_lock_irqsave(lock.lock_.get()))
	{
	}
	~IrqSpinGuard() RELEASE() { bridge_spin_unlock_irqrestore(lock_.lock_.get(), flags_); }
	IrqSpinGuard(const IrqSpinGuard &) = delete;
	IrqSpinGuard &operator=(const IrqSpinGuard &) = delete;

private:
	IrqSpinLock<rank> &lock_;
	unsigned long flags_;
};

/* Which guard goes with which lock. */
template <typename Lock>
struct GuardOf;
template <Rank rank>
struct GuardOf<Mutex<rank>> {
	using Guard = MutexGuard<rank>;
	using Context = RankContext<rank>;
};
template <Rank rank>
struct GuardOf<SpinLock<rank>> {
	using Guard = SpinGuard<rank>;
	using Context = RankContext<rank>;
};
template <Rank rank>
struct GuardOf<IrqSpinLock<rank>> {
	using Guard = IrqSpinGuard<rank>;
	using Context = RankContext<rank>;
};

/**
 * class LockedBy - data that lives inside its lock
 *
 *	LockedBy<List<…>, IrqSpinLock<Rank::ring>> pending_;
 *	auto pending = pending_.lock(token);
 *	pending->push_back(job);
 *
 * The guard cannot be moved and holds the lock for its scope.
 */
template <typename T, typename Lock>
class LockedBy {
	using Context = typename GuardOf<Lock>::Context;

public:
	template <typename... Arguments>
	explicit LockedBy(Arguments &&...arguments) : data_(std::forward<Arguments>(arguments)...)
	{
	}

	class [[nodiscard]] Locked {
	public:
		T *operator->() const { return &data_; }
		T &operator*() const { return data_; }
		Locked(const Locked &) = delete;
		Locked &operator=(const Locked &) = delete;

	private:
		friend class LockedBy;

		/* clang's analysis is per function; this guard is safe by construction. */
		Locked(LockedBy &owner, Context token) NO_THREAD_SAFETY_ANALYSIS
			: guard_(owner.lock_, token),
			  data_(owner.data_)
		{
		}

		typename GuardOf<Lock>::Guard guard_;
		T &data_;
	};

	Locked lock(Context token) { return Locked(*this, token); }

	/** raw_lock() - The lock itself, where the kernel wants to know it. */
	Lock &raw_lock() { return lock_; }

private:
	Lock lock_;
	T data_;
};

/**
 * prime_lock_order() - Teaches lockdep the whole order, with reclaim and fence signalling in it.
 * Once, at load.
 */
void prime_lock_order(MayAlloc token);

} // namespace kernel
