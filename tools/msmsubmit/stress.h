/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `msmsubmit stress`: many processes submit many small jobs whose results are predicted, and
 * compare all of memory with the prediction. What is submitted follows from the seed alone; how it
 * interleaves does not.
 */
#pragma once

#include "failure.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

/**
 * struct StressOptions - how much
 */
struct StressOptions {
	unsigned processes = 4;
	unsigned submits = 1000;
	uint64_t seed = 1;
	std::chrono::nanoseconds timeout = {};
	std::optional<std::string> device = {};
	bool json = false;
};

/**
 * run_stress() - runs all processes and prints how they ended
 *
 * Returns Success, or the worst of what the processes ended with.
 */
Exit run_stress(const StressOptions &options);
