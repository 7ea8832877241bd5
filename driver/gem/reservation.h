/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Holding reservations. A BO's reservation is its only lock: it guards its pages, its mappings and
 * the fences of those who use it. Private BOs of one VM share one.
 *
 * A guard is also the proof that functions ask for as `const Held &`; debug kernels check that it
 * is the right one.
 */
#pragma once

#include <optional>

#include "gem/bo.h"
#include "kernel/contexts.h"
#include "kernel/fence.h"
#include "kernel/opaque.h"
#include "kernel/reservation.h"
#include "kernel/result.h"

namespace msm {

/** enum class FenceUsage - who waits for a fence that is added (enum dma_resv_usage) */
enum class FenceUsage : u8 {
	write = BRIDGE_FENCE_WRITE,       /* implicit sync: readers and writers */
	read = BRIDGE_FENCE_READ,         /* implicit sync: writers */
	bookkeep = BRIDGE_FENCE_BOOKKEEP, /* nobody but who takes the memory away */
};

/** class Held - some reservations are held; made by its subclasses only */
class Held {
public:
	Held(const Held &) = delete;
	Held &operator=(const Held &) = delete;

	/** check() - that @bo's is among them, on kernels with lockdep */
	void check(const Bo &bo) const { bridge_resv_assert_held(bo.resv()); }

	/**
	 * add_fence() - @bo is used until @fence signals
	 *
	 * Cannot fail: a slot was reserved before. Fences of one context replace each other.
	 */
	void add_fence(kernel::Signalling, Bo &bo, const kernel::Fence &fence,
		       FenceUsage usage) const
	{
		check(bo);
		bridge_resv_add_fence(bo.resv(), fence.raw(),
				      static_cast<bridge_fence_usage>(usage));
	}

protected:
	Held() = default;
	Held(Held &&) = default;
	~Held() = default;
};

template <typename Visit>
void Bo::for_each_link(const Held &held, Visit visit) const
{
	held.check(*this);
	for (VmaLink &link : links_)
		visit(link);
}

/**
 * class HeldByCaller - in a callback whose contract says that the kernel holds the BO's reservation
 */
class HeldByCaller final : public Held {
public:
	explicit HeldByCaller(const Bo &bo) { check(bo); }
};

/**
 * class Reservation - one BO's, from construction to the end of the scope
 *
 * The BO must outlive it.
 */
class Reservation final : public Held {
public:
	/**
	 * Reservation() - waits, whatever signals come: also for someone who holds it while memory is
	 * reclaimed for him, so never in reclaim
	 */
	Reservation(kernel::MayAlloc, Bo &bo) : resv_(bo.resv()) { bridge_resv_lock(resv_); }

	/** Reservation::interruptible() - waits until a signal comes: EINTR */
	static kernel::Result<Reservation> interruptible(kernel::MayAlloc, Bo &bo)
	{
		TRY(kernel::from_errno(bridge_resv_lock_interruptible(bo.resv())));
		return Reservation(bo.resv());
	}

	/** Reservation::attempt() - empty if someone else has it */
	static std::optional<Reservation> attempt(kernel::Reclaim, Bo &bo)
	{
		if (!bridge_resv_trylock(bo.resv()))
			return std::nullopt;
		return Reservation(bo.resv());
	}

	Reservation(Reservation &&other)
		: Held(std::move(other)), resv_(std::exchange(other.resv_, nullptr))
	{
	}
	Reservation &operator=(Reservation &&) = delete;
	~Reservation()
	{
		if (resv_)
			bridge_resv_unlock(resv_);
	}

	/** reserve_fences() - room for @count more fences of other contexts; ENOMEM */
	kernel::Result<void> reserve_fences(kernel::MayAlloc, u32 count) const
	{
		return kernel::from_errno(bridge_resv_reserve_fences(resv_, count));
	}

private:
	explicit Reservation(struct dma_resv *locked) : resv_(locked) {}

	struct dma_resv *resv_;
};

/**
 * class ReservationSet - those of many BOs at once, without deadlock against others that lock them
 * in another order
 *
 * Empty until lock() succeeds; released by unlock() or with the object.
 */
class ReservationSet final : public Held {
public:
	ReservationSet() = default;
	~ReservationSet() { unlock(); }

	/**
	 * lock() - those of @count BOs, and room for fences in each
	 * @slots: fences of different contexts that will be added to each BO
	 * @at: Bo &(u32 index); called more than once for an index. The BOs must stay referenced
	 * until unlock().
	 *
	 * Return: EALREADY if a BO is there twice, EINTR on a signal, ENOMEM. Then nothing is held.
	 */
	template <typename At>
	kernel::Result<void> lock(kernel::MayAlloc, u32 count, u32 slots, At at)
	{
		auto object = [](void *ctx, u32 i) -> struct drm_gem_object * {
			return (*static_cast<At *>(ctx))(i).gem();
		};

		TRY(kernel::from_errno(bridge_exec_lock(exec_.get(), count, slots, object, &at)));
		locked_ = true;

		u64 ticket = 0;
		for (u32 i = 0; i < count; i++) {
			Bo &bo = at(i);

			/*
			 * Sharing a reservation makes no duplicate, so the BOs themselves are
			 * marked.
			 */
			if (!ticket)
				ticket = next_ticket(bo);
			if (std::exchange(bo.lock_ticket_, ticket) == ticket) {
				unlock();
				return kernel::err(EALREADY);
			}
		}
		return {};
	}

	void unlock()
	{
		if (std::exchange(locked_, false))
			bridge_exec_unlock(exec_.get());
	}

private:
	static u64 next_ticket(Bo &bo);

	kernel::Opaque<struct drm_exec> exec_;
	bool locked_ = false;
};

} // namespace msm
