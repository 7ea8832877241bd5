// SPDX-License-Identifier: GPL-2.0-only
#include <gtest/gtest.h>

#include <set>

#include "../model/plan.h"

namespace vadreno {
namespace {

using namespace std::chrono_literals;

Plan parsed(std::string_view text)
{
	const auto plan = Plan::parse(text);
	if (!plan) {
		ADD_FAILURE() << "line " << plan.error().line << ": " << plan.error().text;
		return {};
	}
	return *plan;
}

TEST(PlanTest, Statements)
{
	const Plan plan =
		parsed("seed 7\n"
		       "  delay-irq 200us probability 0.25 # late\n"
		       "\n"
		       "# nothing\n"
		       "hang at 12; fault every 100 after 3ms times 4;drop-gx;drop-cx 2s at 1\n");
	EXPECT_EQ(plan.seed, 7u);
	ASSERT_EQ(plan.statements.size(), 5u);
	EXPECT_EQ(
		plan.statements[0],
		(Statement{.injection = Injection::delay_irq, .time = 200us, .probability = 0.25}));
	EXPECT_EQ(plan.statements[1], (Statement{.injection = Injection::hang, .at = 12}));
	EXPECT_EQ(
		plan.statements[2],
		(Statement{.injection = Injection::fault, .every = 100, .times = 4, .after = 3ms}));
	EXPECT_EQ(plan.statements[3], (Statement{.injection = Injection::drop_gx}));
	EXPECT_EQ(plan.statements[4],
		  (Statement{.injection = Injection::drop_cx, .time = 2s, .at = 1}));
}

TEST(PlanTest, ItsTextReadsBack)
{
	for (std::uint64_t seed = 0; seed < 500; seed++) {
		const Plan plan = Plan::random(seed);
		EXPECT_EQ(parsed(plan.text()), plan) << plan.text();
	}
	const std::string text =
		"seed 3\ndelay-cp 1500ns at 1 every 2 probability 0.5 after 1s times 9\n";
	EXPECT_EQ(parsed(text).text(), text);
}

TEST(PlanTest, None)
{
	EXPECT_TRUE(parsed("").statements.empty());
	EXPECT_TRUE(parsed("hang; none").statements.empty());
}

TEST(PlanTest, RandomPlansFollowFromTheSeed)
{
	EXPECT_EQ(parsed("random 42"), Plan::random(42));
	EXPECT_EQ(Plan::random(42), Plan::random(42));

	std::set<Injection> met;
	std::set<std::string> texts;
	for (std::uint64_t seed = 0; seed < 500; seed++) {
		const Plan plan = Plan::random(seed);
		EXPECT_EQ(plan.seed, seed);
		texts.insert(plan.text());
		for (const Statement &statement : plan.statements)
			met.insert(statement.injection);
	}
	EXPECT_EQ(met.size(), static_cast<std::size_t>(Injection::count) - 2);
	EXPECT_FALSE(met.contains(Injection::die));
	EXPECT_FALSE(met.contains(Injection::hang_irq));
	EXPECT_EQ(texts.size(), 500u);
}

TEST(PlanTest, WhatIsNoPlan)
{
	const struct {
		std::string_view text;
		unsigned line;
		std::string_view error;
	} cases[] = {
		{"hang\nhong", 2, "there is no injection 'hong'"},
		{"delay-irq", 1, "delay-irq is missing"},
		{"delay-irq 5", 1, "delay-irq: '5' has no unit ns, us, ms or s"},
		{"delay-irq ms", 1, "delay-irq: '' is no such number"},
		{"delay-irq -5ms", 1, "delay-irq: '-5ms' has no unit ns, us, ms or s"},
		{"delay-mmio 2s", 1, "delay-mmio: a second at most"},
		{"delay-cp 99999999999999s", 1, "delay-cp: '99999999999999s' is more than an hour"},
		{"hang 5ms", 1, "there is no condition '5ms'"},
		{"hang at", 1, "at is missing"},
		{"hang at 0", 1, "opportunities are counted from 1"},
		{"hang every 0", 1, "opportunities are counted from 1"},
		{"hang at x", 1, "at: 'x' is no such number"},
		{"hang at 18446744073709551616", 1, "at: '18446744073709551616' is no such number"},
		{"hang probability 1.5", 1, "probability: '1.5' is not between 0 and 1"},
		{"hang probability nan", 1, "probability: 'nan' is not between 0 and 1"},
		{";;none of it", 3, "'of' is too much"},
		{"random", 1, "random is missing"},
		{"seed 1 2", 1, "'2' is too much"},
	};
	for (const auto &[text, line, error] : cases) {
		const auto plan = Plan::parse(text);
		ASSERT_FALSE(plan) << text;
		EXPECT_EQ(plan.error().line, line) << text;
		EXPECT_EQ(plan.error().text, error);
	}
}

} // namespace
} // namespace vadreno
