/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A table of objects by number. A number is reserved first, which can fail, and filled later, which
 * cannot: nobody finds an object before it is complete. The table owns nothing; it has its own lock
 * inside (find() and for_each() may run beside changes).
 */
#pragma once

#include "bridge/xarray.h"
#include "kernel/alloc.h"
#include "kernel/contexts.h"
#include "kernel/opaque.h"
#include "kernel/ref.h"
#include "kernel/result.h"

namespace kernel {

/** class Xarray - T pointers by u32; @first is the lowest number it hands out, 0 or 1 */
template <typename T, u32 first = 0>
class Xarray {
	static_assert(first <= 1);

public:
	Xarray() { bridge_xa_init(array_.get(), first); }
	/** ~Xarray() - Frees the table; the objects are someone else's. */
	~Xarray() { bridge_xa_destroy(array_.get()); }
	Xarray(const Xarray &) = delete;
	Xarray &operator=(const Xarray &) = delete;

	/** class Reservation - a number that is taken; gives it back unless store() was called */
	class [[nodiscard]] Reservation {
	public:
		Reservation(Reservation &&other)
			: owner_(std::exchange(other.owner_, nullptr)), id_(other.id_)
		{
		}
		~Reservation()
		{
			if (owner_)
				bridge_xa_release_reserved(owner_->array_.get(), id_);
		}
		Reservation &operator=(Reservation &&) = delete;

		u32 id() const { return id_; }
		/** store() - From now on it can be found. Cannot fail. Return: the number. */
		u32 store(T &object) &&
		{
			bridge_xa_store_reserved(std::exchange(owner_, nullptr)->array_.get(), id_,
						 &object);
			return id_;
		}

	private:
		friend class Xarray;
		Reservation(Xarray *owner, u32 id) : owner_(owner), id_(id) {}

		Xarray *owner_;
		u32 id_;
	};

	/** reserve() - The lowest free number up to @last; ENOMEM, or EBUSY when all are taken. */
	Result<Reservation> reserve(MayAlloc token, u32 last = ~0u)
	{
		u32 id = 0;

		TRY(from_errno(
			bridge_xa_reserve(array_.get(), &id, last, Gfp::account(token).flags())));
		return Reservation(this, id);
	}

	/**
	 * reserve_cyclic() - The next number after the last one handed out, so that numbers are
	 * reused late.
	 */
	Result<Reservation> reserve_cyclic(MayAlloc token, u32 last = ~0u)
	{
		u32 id = 0;

		TRY(from_errno(bridge_xa_reserve_cyclic(array_.get(), &id, last, &next_,
							Gfp::account(token).flags())));
		return Reservation(this, id);
	}

	/** reserve_at() - A number of the caller's choice; EBUSY when it is taken, ENOMEM. */
	Result<Reservation> reserve_at(MayAlloc token, u32 id)
	{
		TRY(from_errno(
			bridge_xa_reserve_at(array_.get(), id, Gfp::account(token).flags())));
		return Reservation(this, id);
	}

	/** find() - The object or null; the caller must know why it stays alive (a lock, RCU). */
	T *find(u32 id) { return static_cast<T *>(bridge_xa_load(array_.get(), id)); }

	/**
	 * get() - A reference, taken while the table's lock keeps the object in it. Empty when
	 * there is none.
	 */
	Ref<T> get(u32 id)
	{
		bridge_xa_lock(array_.get());
		Ref<T> ref = Ref<T>::try_get(find(id));
		bridge_xa_unlock(array_.get());
		return ref;
	}

	/** erase() - Return: what was there, or null. Reservations stay. */
	T *erase(u32 id) { return static_cast<T *>(bridge_xa_erase(array_.get(), id)); }

	/**
	 * for_each() - Calls @visit(id, object) for every object, in order; @visit may erase the
	 * current one.
	 */
	template <typename Visit>
	void for_each(Visit visit)
	{
		u32 id = 0;

		while (T *object = static_cast<T *>(bridge_xa_find(array_.get(), &id))) {
			visit(id, *object);
			if (++id == 0)
				break;
		}
	}

private:
	Opaque<struct xarray> array_;
	u32 next_ = 0;
};

} // namespace kernel
