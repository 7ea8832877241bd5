// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the plans of what goes wrong with the board: the input is the text that is written to the
 * plan's file in the guest, or given to --inject.
 *
 * Whatever it is: a text that is no plan is refused with a line of it, and the plan in force stays;
 * a plan's own text, and what the injector says of it, read back as the same plan; and each
 * statement keeps to its conditions.
 */
#include "../model/plan.h"

#include "../model/injector.h"
#include "../tests/fakes.h"
#include "input.h"

namespace {

using namespace vadreno;
using namespace std::chrono_literals;
using fuzz::demand;

constexpr int rounds = 64;

/* How often a statement can have happened at most, if each of @opportunities was met. */
std::uint64_t bound(const Statement &statement, std::uint64_t opportunities)
{
	std::uint64_t most = opportunities;

	if (statement.every)
		most = opportunities / *statement.every;
	if (statement.at)
		most = std::min<std::uint64_t>(most, *statement.at <= opportunities);
	if (statement.probability && *statement.probability == 0)
		most = 0;
	return std::min(most, statement.times.value_or(most));
}

/* The statement that is said to happen, of those there are, at most as often as it says. */
void check_statement(const Plan &plan, Injection injection, const Statement *met,
		     std::vector<std::uint64_t> &times, std::uint64_t opportunities)
{
	if (!met)
		return;
	demand(met->injection == injection);
	const auto found = std::ranges::find(plan.statements, *met);
	demand(found != plan.statements.end());
	const auto same = std::ranges::count(plan.statements, *met);
	const auto count = ++times[static_cast<std::size_t>(found - plan.statements.begin())];
	demand(count <= bound(*met, opportunities) * static_cast<std::uint64_t>(same));
}

void try_plan(const Plan &plan, Injector &injector, FakeClock &clock)
{
	std::vector<std::uint64_t> times(plan.statements.size());

	for (std::uint64_t round = 1; round <= rounds; round++) {
		for (unsigned i = 0; i < static_cast<unsigned>(Injection::count); i++) {
			const auto injection = static_cast<Injection>(i);
			check_statement(plan, injection, injector.now(injection), times, round);
		}
		while (injector.next_millisecond()) {
		}
		const auto wait = injector.wake_after();
		demand(!wait || (*wait > 0ns && *wait <= 1ms));
		clock.advance(round % 2 ? 300us : 2s);
	}
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
	const std::string_view text(reinterpret_cast<const char *>(data), size);
	const auto plan = Plan::parse(text);
	FakeClock clock;
	RecordingObserver observer;
	Injector injector(clock, observer);

	observer.trace = false;
	demand(!injector.load("seed 3; hang at 1000000"));
	const std::string before = injector.status();
	const auto error = injector.load(text);
	demand(plan.has_value() == !error);
	if (error) {
		const auto ends =
			std::ranges::count_if(text, [](char c) { return c == '\n' || c == ';'; });
		demand(error->line >= 1 && error->line <= static_cast<std::uint64_t>(ends) + 1);
		demand(!error->text.empty());
		demand(injector.status() == before);
		return 0;
	}
	demand(Plan::parse(plan->text()) == *plan);
	demand(Plan::parse(injector.status()) == *plan);
	try_plan(*plan, injector, clock);
	demand(Plan::parse(injector.status()) == *plan);
	return 0;
}
