/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hostile mode's decisions: the blocks of the model ask, at each opportunity, whether something
 * goes wrong there; the plan that is loaded answers. What then goes wrong is the block's matter.
 *
 * An answer depends on the plan, its seed and the number of the opportunity, and on time only where
 * the plan says so.
 */
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clock.h"
#include "observer.h"
#include "plan.h"

namespace vadreno {

/** Injector - holds the plan in force, and counts. */
class Injector {
public:
	Injector(const Clock &clock, Observer &observer);

	/** load() - put a plan in force, in place of what was; nothing changes if it is wrong. */
	std::optional<Plan::Error> load(std::string_view text);
	/** now() - an opportunity has come; the statement by which the injection happens, or null. */
	const Statement *now(Injection injection)
	{
		return progress_.empty() ? nullptr : decide(injection);
	}
	/**
	 * next_millisecond() - whether another millisecond has passed, which is the opportunity of
	 * some injections. Of more than a second that was missed the rest is dropped.
	 */
	bool next_millisecond();
	/** wake_after() - how soon to ask for the next millisecond; none if nothing depends on it. */
	std::optional<std::chrono::nanoseconds> wake_after() const;

	/** status() - the plan in force, and behind each statement how often it has happened. */
	std::string status() const;

private:
	struct Progress {
		Statement statement;
		std::uint64_t opportunities = 0;
		std::uint64_t happened = 0;
		bool over() const;
	};

	const Statement *decide(Injection injection);
	bool happens(Progress &progress, std::size_t index) const;

	const Clock &clock_;
	Observer &observer_;
	std::uint64_t seed_ = 0;
	std::vector<Progress> progress_;
	std::chrono::nanoseconds start_{};
	std::int64_t milliseconds_ = 0;
};

} // namespace vadreno
