/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs a stream: allocates its memory, assembles its jobs for the addresses the kernel gave,
 * submits them in order with the dependencies they name, waits for every fence, and compares memory
 * with what the stream expects.
 */
#pragma once

#include "device.h"
#include "stream.h"

#include <chrono>

/**
 * struct ChangedWord - a word that is not what it was before the first job
 */
struct ChangedWord {
	uint64_t offset;
	uint32_t before;
	uint32_t after;
};

struct BufferReport {
	std::string name;
	uint64_t size;
	uint64_t iova;
	std::vector<ChangedWord> changes;
};

struct JobReport {
	std::string name;
	uint32_t queue;
	/** @priority: of the queue; none for the context's own */
	std::optional<uint32_t> priority;
	/** @words: the command stream as the GPU read it */
	std::vector<uint32_t> words;
	/** @commands: its source */
	const Commands *commands;
	std::vector<std::string> after;
	/** @fences: the number of each submit */
	std::vector<uint32_t> fences;
};

struct CheckReport {
	std::string text;
	unsigned line;
	bool passed;
	/** @found: what memory held instead, if it did not pass */
	std::string found;
};

/**
 * struct RunReport - all that happened; @commands of its jobs point into the Stream
 */
struct RunReport {
	std::string file;
	std::string title;
	std::vector<BufferReport> buffers;
	std::vector<JobReport> jobs;
	std::vector<CheckReport> checks;
	/** @elapsed: from the first submit to the last fence */
	std::chrono::nanoseconds elapsed;
	/** @faults: hangs and faults that the driver counted during the run; none is expected */
	uint64_t faults;

	/** passed() - whether every check did and nothing hung or faulted */
	bool passed() const;
};

/**
 * run_stream() - runs @stream on @device; fences must have signalled @timeout after the first
 * submit
 *
 * Throws IoctlFailed and Timeout, each naming the job.
 */
RunReport run_stream(const Device &device, const Stream &stream, std::chrono::nanoseconds timeout);
