// SPDX-License-Identifier: GPL-2.0-only
#include "injector.h"

#include <algorithm>
#include <format>

namespace vadreno {

namespace {

using namespace std::chrono_literals;

/* Those whose opportunity is the passing of a millisecond. */
bool by_time(Injection injection)
{
	switch (injection) {
	case Injection::spurious_irq:
	case Injection::drop_gx:
	case Injection::drop_cx:
	case Injection::lose_device:
	case Injection::die:
		return true;
	default:
		return false;
	}
}

} // namespace

Injector::Injector(const Clock &clock, Observer &observer) : clock_(clock), observer_(observer) {}

std::optional<Plan::Error> Injector::load(std::string_view text)
{
	auto plan = Plan::parse(text);
	if (!plan)
		return plan.error();

	seed_ = plan->seed;
	progress_.clear();
	for (const Statement &statement : plan->statements)
		progress_.push_back({statement});
	start_ = clock_.now();
	milliseconds_ = 0;
	/* What went wrong by a plan is seen for a while after its end. */
	if (!progress_.empty())
		observer_.plan_begins();
	if (observer_.tracing())
		for (const Progress &progress : progress_)
			observer_.event("plan " + progress.statement.text());
	return std::nullopt;
}

bool Injector::Progress::over() const
{
	return (statement.times && happened >= *statement.times) ||
	       (statement.at && opportunities >= *statement.at);
}

bool Injector::happens(Progress &progress, std::size_t index) const
{
	const Statement &s = progress.statement;
	const std::uint64_t number = ++progress.opportunities;

	if (s.times && progress.happened >= *s.times)
		return false;
	if ((s.at && number != *s.at) || (s.every && number % *s.every))
		return false;
	if (s.after && clock_.now() - start_ < *s.after)
		return false;
	if (s.probability) {
		/* 53 bits are what a double holds exactly. */
		const double dice = static_cast<double>(mix(seed_, index, number) >> 11) * 0x1p-53;
		if (dice >= *s.probability)
			return false;
	}
	progress.happened++;
	return true;
}

const Statement *Injector::decide(Injection injection)
{
	const Statement *found = nullptr;

	/* Each statement counts for itself, whatever the others say. */
	for (std::size_t i = 0; i < progress_.size(); i++) {
		Progress &progress = progress_[i];
		if (progress.statement.injection != injection || !happens(progress, i))
			continue;
		found = found ? found : &progress.statement;
	}
	if (!found)
		return nullptr;
	observer_.injected(injection_name(injection));
	if (observer_.tracing())
		observer_.event("inject " + found->text());
	return found;
}

bool Injector::next_millisecond()
{
	const std::int64_t passed = (clock_.now() - start_) / 1ms;

	if (progress_.empty() || milliseconds_ >= passed)
		return false;
	milliseconds_ = std::max(milliseconds_ + 1, passed - 999);
	return true;
}

std::optional<std::chrono::nanoseconds> Injector::wake_after() const
{
	const bool needed = std::ranges::any_of(progress_, [](const Progress &progress) {
		return by_time(progress.statement.injection) && !progress.over();
	});
	if (!needed)
		return std::nullopt;
	return std::max(start_ + (milliseconds_ + 1) * 1ms - clock_.now(), 1ns);
}

std::string Injector::status() const
{
	std::string text = std::format("seed {}\n", seed_);

	for (const Progress &progress : progress_)
		text += std::format("{} # {} times in {} opportunities\n",
				    progress.statement.text(), progress.happened,
				    progress.opportunities);
	return text;
}

} // namespace vadreno
