/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Injection plans: what shall go wrong with the board, when, and how often.
 *
 *   plan      = line { ("\n" | ";") line }
 *   line      = [ statement ] [ "#" comment ]
 *   statement = "none" | "random" NUMBER | "seed" NUMBER | injection [ TIME ] { condition }
 *   condition = "at" NUMBER | "every" NUMBER | "probability" FRACTION | "after" TIME | "times" NUMBER
 *   TIME      = NUMBER ("ns" | "us" | "ms" | "s")
 *
 * Each injection has an opportunity, an event that is counted from the loading of the plan on. It
 * happens at those opportunities for which all of its conditions hold; without conditions, at every
 * one. "random N" stands for a plan made up from N. Documentation/vadreno.rst lists the injections.
 */
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vadreno {

enum class Injection : unsigned {
	lose_irq,
	delay_irq,
	coalesce_irq,
	spurious_irq,
	delay_mmio,
	delay_cp,
	hang,
	fault,
	mute_init,
	mute_halt,
	mute_gmu,
	drop_gx,
	drop_cx,
	lose_device,
	die,
	hang_irq,
	count
};

/** Statement - one injection and its conditions. */
struct Statement {
	using Time = std::chrono::nanoseconds;

	Injection injection;
	std::optional<Time> time; /* how long; what of, is the injection's matter */
	std::optional<std::uint64_t> at, every, times;
	std::optional<double> probability; /* 0…1 */
	std::optional<Time> after;

	/** text() - the statement in the grammar; reads back as the same. */
	std::string text() const;
	bool operator==(const Statement &) const = default;
};

/** Plan - statements and the seed of their probabilities. */
struct Plan {
	struct Error {
		unsigned line; /* from 1 */
		std::string text;
	};

	std::uint64_t seed = 0;
	std::vector<Statement> statements;

	static std::expected<Plan, Error> parse(std::string_view text);
	/** random() - one to three statements that follow from @seed alone. The server survives. */
	static Plan random(std::uint64_t seed);
	std::string text() const;
	bool operator==(const Plan &) const = default;
};

std::string_view injection_name(Injection injection);

/** mix() - a number that looks random, from a seed and the place in two sequences. */
std::uint64_t mix(std::uint64_t seed, std::uint64_t stream, std::uint64_t index);

} // namespace vadreno
