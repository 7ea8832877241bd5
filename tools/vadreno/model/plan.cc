// SPDX-License-Identifier: GPL-2.0-only
#include "plan.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <format>
#include <iterator>

namespace vadreno {

namespace {

using namespace std::chrono_literals;
using Time = Statement::Time;

enum class TimeArgument { none, optional, required };

struct Kind {
	std::string_view name;
	TimeArgument time;
};

/* In the order of enum Injection. */
constexpr std::array<Kind, static_cast<std::size_t>(Injection::count)> kinds{{
	{"lose-irq", TimeArgument::none},
	{"delay-irq", TimeArgument::required},
	{"coalesce-irq", TimeArgument::required},
	{"spurious-irq", TimeArgument::none},
	{"delay-mmio", TimeArgument::required},
	{"delay-cp", TimeArgument::required},
	{"hang", TimeArgument::none},
	{"fault", TimeArgument::none},
	{"mute-init", TimeArgument::none},
	{"mute-halt", TimeArgument::none},
	{"mute-gmu", TimeArgument::none},
	{"drop-gx", TimeArgument::optional},
	{"drop-cx", TimeArgument::optional},
	{"lose-device", TimeArgument::none},
	{"die", TimeArgument::none},
	{"hang-irq", TimeArgument::none},
}};

/* QEMU gives the board up after five seconds without an answer. */
constexpr Time longest_mmio_delay = 1s;
constexpr Time longest_time = 3600s;

struct Unit {
	std::string_view name;
	Time length;
};
constexpr Unit units[] = {{"s", 1s}, {"ms", 1ms}, {"us", 1us}, {"ns", 1ns}};

/* Words of one line. What is wrong with them is thrown as a string. */
class Words {
public:
	explicit Words(std::string_view line) : rest_(line) { advance(); }

	bool empty() const { return word_.empty(); }
	std::string_view peek() const { return word_; }
	std::string_view take(std::string_view what)
	{
		if (empty())
			throw std::format("{} is missing", what);
		const std::string_view word = word_;
		advance();
		return word;
	}
	std::uint64_t number(std::string_view what)
	{
		return parse_number<std::uint64_t>(take(what), what);
	}
	double fraction(std::string_view what)
	{
		const std::string_view word = take(what);
		const double value = parse_number<double>(word, what);
		if (!(value >= 0 && value <= 1))
			throw std::format("{}: '{}' is not between 0 and 1", what, word);
		return value;
	}
	Time time(std::string_view what)
	{
		const std::string_view word = take(what);
		const std::size_t digits =
			std::min(word.find_first_not_of("0123456789"), word.size());
		const auto unit = std::ranges::find(units, word.substr(digits), &Unit::name);
		if (unit == std::end(units))
			throw std::format("{}: '{}' has no unit ns, us, ms or s", what, word);
		const auto value = parse_number<std::uint64_t>(word.substr(0, digits), what);
		if (value > static_cast<std::uint64_t>(longest_time / unit->length))
			throw std::format("{}: '{}' is more than an hour", what, word);
		return static_cast<std::int64_t>(value) * unit->length;
	}
	/* A time is the only thing that begins with a digit. */
	bool time_follows() const { return !empty() && word_[0] >= '0' && word_[0] <= '9'; }

private:
	template <typename T>
	static T parse_number(std::string_view word, std::string_view what)
	{
		T value{};
		const auto [end, error] =
			std::from_chars(word.data(), word.data() + word.size(), value);
		if (error != std::errc{} || end != word.data() + word.size())
			throw std::format("{}: '{}' is no such number", what, word);
		return value;
	}
	void advance()
	{
		constexpr std::string_view blanks = " \t\r";
		rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
		word_ = rest_.substr(0, rest_.find_first_of(blanks));
		rest_.remove_prefix(word_.size());
	}

	std::string_view rest_, word_;
};

Statement parse_statement(Words &words)
{
	const std::string_view name = words.take("an injection");
	const auto kind = std::ranges::find(kinds, name, &Kind::name);
	if (kind == kinds.end())
		throw std::format("there is no injection '{}'", name);

	Statement statement{.injection = static_cast<Injection>(kind - kinds.begin())};
	if (kind->time == TimeArgument::required ||
	    (kind->time == TimeArgument::optional && words.time_follows()))
		statement.time = words.time(name);
	if (statement.injection == Injection::delay_mmio && *statement.time > longest_mmio_delay)
		throw std::format("{}: a second at most", name);

	while (!words.empty()) {
		const std::string_view condition = words.take("a condition");
		if (condition == "at")
			statement.at = words.number(condition);
		else if (condition == "every")
			statement.every = words.number(condition);
		else if (condition == "times")
			statement.times = words.number(condition);
		else if (condition == "probability")
			statement.probability = words.fraction(condition);
		else if (condition == "after")
			statement.after = words.time(condition);
		else
			throw std::format("there is no condition '{}'", condition);
	}
	if (statement.at == 0 || statement.every == 0)
		throw std::string("opportunities are counted from 1");
	return statement;
}

void parse_line(Words words, Plan &plan)
{
	if (words.empty())
		return;
	const std::string_view word = words.peek();
	if (word == "none") {
		words.take(word);
		plan.statements.clear();
	} else if (word == "random") {
		words.take(word);
		plan = Plan::random(words.number(word));
	} else if (word == "seed") {
		words.take(word);
		plan.seed = words.number(word);
	} else {
		plan.statements.push_back(parse_statement(words));
		return;
	}
	if (!words.empty())
		throw std::format("'{}' is too much", words.peek());
}

std::string time_text(Time time)
{
	for (const Unit &unit : units)
		if (time % unit.length == Time::zero())
			return std::format("{}{}", time / unit.length, unit.name);
	return {};
}

/* Choices that follow from a seed, one after the other. */
class Dice {
public:
	explicit Dice(std::uint64_t seed) : seed_(seed) {}

	/* first … last */
	std::uint64_t number(std::uint64_t first, std::uint64_t last)
	{
		return first + mix(seed_, stream, index_++) % (last - first + 1);
	}
	/* The same, but each order of magnitude is as likely as the others; two digits of it. */
	std::uint64_t magnitude(std::uint64_t first, std::uint64_t last)
	{
		const double share = static_cast<double>(number(0, 1000)) / 1000;
		const double value =
			static_cast<double>(first) *
			std::pow(static_cast<double>(last) / static_cast<double>(first), share);
		const double digit = std::pow(10, std::max(0.0, std::floor(std::log10(value)) - 1));
		return static_cast<std::uint64_t>(std::round(value / digit) * digit);
	}
	/* One in @most … one in @least, in millionths */
	double probability(std::uint64_t most, std::uint64_t least)
	{
		return static_cast<double>(1'000'000 / magnitude(most, least)) / 1'000'000;
	}

private:
	static constexpr std::uint64_t stream = ~0ull;
	std::uint64_t seed_, index_ = 0;
};

Time microseconds(std::uint64_t count)
{
	return std::chrono::microseconds(count);
}

/* What it is about, or how often: chosen so that a busy GPU meets it within some ten milliseconds.
 */
Statement random_statement(Dice &dice)
{
	Statement s{.injection = static_cast<Injection>(
			    dice.number(0, static_cast<unsigned>(Injection::lose_device)))};

	switch (s.injection) {
	case Injection::lose_irq:
		s.probability = dice.probability(2, 50);
		break;
	case Injection::delay_irq:
	case Injection::coalesce_irq:
		s.time = microseconds(dice.magnitude(50, 20'000));
		s.probability = dice.probability(1, 20);
		break;
	case Injection::spurious_irq:
		s.probability = dice.probability(1, 20);
		break;
	case Injection::delay_mmio:
		s.time = microseconds(dice.magnitude(10, 500));
		s.probability = dice.probability(5, 100);
		break;
	case Injection::delay_cp:
		s.time = microseconds(dice.magnitude(10, 5'000));
		s.probability = dice.probability(10, 1'000);
		break;
	case Injection::hang:
		s.at = dice.magnitude(1, 1'000);
		break;
	case Injection::fault:
		s.probability = dice.probability(10, 10'000);
		s.times = dice.magnitude(1, 100);
		break;
	case Injection::mute_init:
		s.times = dice.number(1, 3);
		break;
	case Injection::mute_halt:
		s.times = dice.magnitude(1, 10'000);
		break;
	case Injection::mute_gmu:
		s.probability = dice.probability(1, 10);
		break;
	case Injection::drop_gx:
	case Injection::drop_cx:
		if (dice.number(0, 1))
			s.time = microseconds(1'000 * dice.number(1, 50));
		s.at = dice.number(1, 50);
		break;
	default:
		s.at = dice.number(1, 50);
		break;
	}
	return s;
}

} // namespace

std::string_view injection_name(Injection injection)
{
	return kinds[static_cast<std::size_t>(injection)].name;
}

/* The finalizer of splitmix64, over each part. */
std::uint64_t mix(std::uint64_t seed, std::uint64_t stream, std::uint64_t index)
{
	std::uint64_t value = seed;

	for (std::uint64_t part : {stream, index}) {
		value += 0x9e37'79b9'7f4a'7c15 * (part + 1);
		value = (value ^ value >> 30) * 0xbf58'476d'1ce4'e5b9;
		value = (value ^ value >> 27) * 0x94d0'49bb'1331'11eb;
		value ^= value >> 31;
	}
	return value;
}

std::string Statement::text() const
{
	std::string text(injection_name(injection));

	if (time)
		text += " " + time_text(*time);
	if (at)
		text += std::format(" at {}", *at);
	if (every)
		text += std::format(" every {}", *every);
	if (probability)
		text += std::format(" probability {}", *probability);
	if (after)
		text += " after " + time_text(*after);
	if (times)
		text += std::format(" times {}", *times);
	return text;
}

std::string Plan::text() const
{
	std::string text = std::format("seed {}\n", seed);

	for (const Statement &statement : statements)
		text += statement.text() + "\n";
	return text;
}

std::expected<Plan, Plan::Error> Plan::parse(std::string_view text)
{
	Plan plan;

	for (unsigned number = 1;; number++) {
		const std::size_t end = text.find_first_of("\n;");
		const std::string_view line = text.substr(0, end);
		try {
			parse_line(Words(line.substr(0, line.find('#'))), plan);
		} catch (const std::string &error) {
			return std::unexpected(Error{number, error});
		}
		if (end == text.npos)
			return plan;
		text.remove_prefix(end + 1);
	}
}

Plan Plan::random(std::uint64_t seed)
{
	Dice dice(seed);
	Plan plan{.seed = seed};

	for (std::uint64_t count = dice.number(1, 3); count > 0; count--)
		plan.statements.push_back(random_statement(dice));
	return plan;
}

} // namespace vadreno
