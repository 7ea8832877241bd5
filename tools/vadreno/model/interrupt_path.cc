// SPDX-License-Identifier: GPL-2.0-only
#include "interrupt_path.h"

#include <algorithm>

namespace vadreno {

namespace {

/* A GPU in an interrupt storm must not fill the host's memory; an eventfd merges them anyway. */
constexpr std::size_t most_late = 1024;

} // namespace

void InterruptPath::send(unsigned vector)
{
	if (injector_.now(Injection::lose_irq))
		return;
	const bool merged = std::ranges::any_of(
		late_, [&](const Late &late) { return late.merges && late.vector == vector; });
	if (merged)
		return;

	const Statement *statement = injector_.now(Injection::coalesce_irq);
	const bool merges = statement != nullptr;
	if (!statement)
		statement = injector_.now(Injection::delay_irq);
	if (statement && late_.size() < most_late)
		late_.push_back({clock_.now() + *statement->time, vector, merges});
	else
		msix_.fire(vector);
}

std::optional<std::chrono::nanoseconds> InterruptPath::deliver()
{
	const auto now = clock_.now();

	std::erase_if(late_, [&](const Late &late) {
		if (late.due > now)
			return false;
		msix_.fire(late.vector);
		return true;
	});
	if (late_.empty())
		return std::nullopt;
	return std::ranges::min_element(late_, {}, &Late::due)->due - now;
}

void InterruptPath::deliver_all()
{
	for (const Late &late : late_)
		msix_.fire(late.vector);
	late_.clear();
}

void InterruptPath::forget(unsigned vector)
{
	std::erase_if(late_, [&](const Late &late) { return late.vector == vector; });
}

} // namespace vadreno
