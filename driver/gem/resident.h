/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which BOs have pages, so that the kernel can have some back when it runs out.
 *
 * What userspace said it does not need (GEM_MADVISE) goes first, and for good; then, if there is
 * swap, what has not been used for longest. A BO that is used says so by a flag of its own, under
 * its reservation, which every user holds anyway; the scan gives whatever has the flag a second
 * chance. So using a BO takes no lock that others take, and lists change only with what a BO is.
 *
 * Reclaim comes at any time, in whoever asks for memory and whatever he holds: reservations are only
 * tried, and nothing is allocated.
 */
#pragma once

#include "kernel/contexts.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/ref.h"
#include "kernel/types.h"

namespace msm {

class Bo;

/** class Reclaimable - base of what has pages: a place in one of the lists */
class Reclaimable {
protected:
	Reclaimable() = default;
	~Reclaimable() = default;

private:
	friend class ResidentBos;

	kernel::ListNode resident_node_;
	/* Which list it is on. */
	bool needed_here_ = false;
};

/**
 * struct ReclaimEffort - how far to go
 * @swap: also take what is needed, whose contents then go to swap
 * @wait: for a GPU that uses something, for a moment each
 */
struct ReclaimEffort {
	bool swap;
	bool wait;
};

/** class ResidentBos - all BOs of a device whose pages could be taken, least recently used first */
class ResidentBos {
public:
	/** add() - @bo has pages now; its reservation is held, as it is for what follows */
	void add(kernel::Reclaim, Bo &bo, bool needed);
	/** move() - if @bo is here: whether it is needed has changed */
	void move(kernel::Reclaim, Bo &bo, bool needed);
	/** remove() - if @bo is here: its pages are gone, or to stay */
	void remove(kernel::Reclaim, Bo &bo);

	/** pages() - that reclaim() could give back at best */
	u64 pages(kernel::Reclaim, bool swap);

	/**
	 * reclaim() - give back pages until it is @wanted of them, as far as @effort goes
	 *
	 * Return: how many it is.
	 */
	u64 reclaim(kernel::Reclaim, u64 wanted, ReclaimEffort effort);

private:
	struct List {
		kernel::List<Reclaimable, &Reclaimable::resident_node_> bos;
		u64 count = 0;
		u64 pages = 0;
	};
	struct Lists {
		List needed;
		List unneeded;

		List &of(bool is_needed) { return is_needed ? needed : unneeded; }
		void insert(Bo &bo, bool is_needed);
		void erase(Bo &bo);
	};

	u64 scan(kernel::Reclaim, bool needed, u64 wanted, bool wait);
	kernel::Ref<Bo> next(kernel::Reclaim, bool needed);

	kernel::LockedBy<Lists, kernel::SpinLock<kernel::Rank::lru>> lists_;
};

} // namespace msm
