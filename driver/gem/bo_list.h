/* SPDX-License-Identifier: GPL-2.0-only */
/* All BOs of a device, for who wants to look at them: debugfs. */
#pragma once

#include "kernel/contexts.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/ref.h"

namespace msm {

class Bo;

/** class Listed - base of what a BoList has: a place in it */
class Listed {
protected:
	Listed() = default;
	~Listed() = default;

private:
	friend class BoList;

	kernel::ListNode listed_node_;
};

/** class BoList - see above; keeps nothing alive */
class BoList {
public:
	/** add() - once @bo is whole, reservation and all: from then on others look at it */
	void add(kernel::Irq, Bo &bo);
	/** remove() - in @bo's destructor, whether it ever was whole or not */
	void remove(kernel::Irq, Bo &bo);

	/**
	 * first(), next() - living BOs in the order in which they were made; empty at the end
	 *
	 * What comes or goes meanwhile may be seen or not. One reference is held at a time, by the
	 * caller.
	 */
	kernel::Ref<Bo> first(kernel::MayAlloc);
	kernel::Ref<Bo> next(kernel::MayAlloc, Bo &after);

private:
	using Bos = kernel::List<Listed, &Listed::listed_node_>;

	static kernel::Ref<Bo> living(const Bos &bos, Listed *from);

	kernel::LockedBy<Bos, kernel::IrqSpinLock<kernel::Rank::queue>> bos_;
};

} // namespace msm
