/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory that the kernel may ask for back; msmxx_shrinker_scan() is where it does. */
#pragma once

#include <utility>

#include "bridge/shrinker.h"
#include "kernel/contexts.h"
#include "kernel/result.h"

namespace kernel {

/** class Shrinker - a registration; while it lasts the kernel may call the entry points */
class Shrinker {
public:
	Shrinker() = default;
	Shrinker(Shrinker &&other) : shrinker_(std::exchange(other.shrinker_, nullptr)) {}
	Shrinker &operator=(Shrinker &&other)
	{
		std::swap(shrinker_, other.shrinker_);
		return *this;
	}
	~Shrinker()
	{
		if (shrinker_)
			bridge_shrinker_destroy(shrinker_);
	}

	/**
	 * create() - From now on the entry points are called with @owner.
	 * @name: as the shrinker debugfs shows it
	 *
	 * Return: ENOMEM.
	 */
	static Result<Shrinker> create(MayAlloc, const char *name, void *owner)
	{
		Shrinker result;

		result.shrinker_ = bridge_shrinker_create(name, owner);
		if (!result.shrinker_)
			return err(ENOMEM);
		return result;
	}

private:
	struct shrinker *shrinker_ = nullptr;
};

/** can_swap() - Whether memory that is given back with its contents goes anywhere. */
inline bool can_swap()
{
	return bridge_can_swap();
}

/** total_memory() - The machine's, in bytes. */
inline u64 total_memory()
{
	return bridge_total_memory();
}

} // namespace kernel
