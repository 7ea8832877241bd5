/* SPDX-License-Identifier: GPL-2.0-only */
/* All objects of a kind that live, for who wants to look at them: debugfs. */
#pragma once

#include "kernel/contexts.h"
#include "kernel/list.h"
#include "kernel/lock.h"
#include "kernel/ref.h"

namespace kernel {

/** class Registered - base of what a Registry has: a place in it */
class Registered {
protected:
	Registered() = default;
	~Registered() = default;

private:
	template <typename T>
	friend class Registry;

	ListNode registry_node_;
};

/** class Registry - all living T, which counts its references; keeps none of them alive */
template <typename T>
class Registry {
public:
	/** add() - once @object is whole: from then on others look at it */
	void add(Irq token, T &object) { objects_.lock(token)->push_back(object); }
	/** remove() - in @object's destructor, whether it ever was whole or not */
	void remove(Irq token, T &object)
	{
		auto objects = objects_.lock(token);

		if (static_cast<Registered &>(object).registry_node_.linked())
			objects->remove(object);
	}

	/**
	 * first(), next() - living objects in the order in which they were made; empty at the end
	 *
	 * What comes or goes meanwhile may be seen or not. One reference is held at a time, by the
	 * caller.
	 */
	Ref<T> first(MayAlloc token)
	{
		auto objects = objects_.lock(token);

		return living(*objects, objects->front());
	}

	Ref<T> next(MayAlloc token, T &after)
	{
		auto objects = objects_.lock(token);

		return living(*objects, objects->next(after));
	}

private:
	using Objects = List<Registered, &Registered::registry_node_>;

	/* On the list its memory is valid; whether it lives, the reference tells. */
	static Ref<T> living(const Objects &objects, Registered *from)
	{
		for (; from; from = objects.next(*from)) {
			if (Ref<T> object = Ref<T>::try_get(static_cast<T *>(from)))
				return object;
		}
		return {};
	}

	LockedBy<Objects, IrqSpinLock<Rank::queue>> objects_;
};

} // namespace kernel
