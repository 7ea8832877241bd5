/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KTAP for programs whose tests are functions. A test fails or is skipped by throwing; what it
 * returns is shown next to its name.
 */
#pragma once

#include <cstdint>
#include <cstdio>
#include <format>
#include <print>
#include <span>
#include <stdexcept>
#include <string>

namespace ktap {

/** Failure - the test has failed, what() says how. */
struct Failure : std::runtime_error {
	using std::runtime_error::runtime_error;
};

/** Skip - the test cannot be made here, what() says why. */
struct Skip : std::runtime_error {
	using std::runtime_error::runtime_error;
};

/** expect() - fails with @text unless @condition holds. */
inline void expect(bool condition, const std::string &text)
{
	if (!condition)
		throw Failure(text);
}

/**
 * expect_words() - fails unless @words are what @wanted(index) gives, and names the first that
 * is not.
 */
template <typename Wanted>
void expect_words(std::span<const std::uint32_t> words, Wanted wanted)
{
	for (std::size_t i = 0; i < words.size(); i++)
		expect(words[i] == wanted(i), std::format("word {} is {:#x}, not {:#x}", i,
							  words[i], std::uint32_t(wanted(i))));
}

/** Report - numbers the tests and prints their results. */
class Report {
public:
	explicit Report(std::size_t tests) { std::println("KTAP version 1\n1..{}", tests); }

	/** run() - makes one test: @test returns a note for its line, or throws. */
	template <typename Test>
	void run(const std::string &name, Test test)
	{
		number_++;
		try {
			const std::string note = test();
			std::println("ok {} {}{}", number_, name, note.empty() ? "" : ": " + note);
		} catch (const Skip &skip) {
			std::println("ok {} {} # SKIP {}", number_, name, skip.what());
		} catch (const Failure &failure) {
			std::println("not ok {} {}: {}", number_, name, failure.what());
			failed_ = true;
		}
		std::fflush(stdout);
	}

	int exit_status() const { return failed_; }

private:
	unsigned number_ = 0;
	bool failed_ = false;
};

} // namespace ktap
