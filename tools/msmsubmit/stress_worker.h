/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One process of the stress run. It has a lane for each priority: a queue, memory that only this
 * queue's jobs write, and a prediction of what that memory holds. Lanes run independently of each
 * other, until a job copies from another lane's memory: it then waits for that lane's last job, and
 * that lane's next job waits for it.
 */
#pragma once

#include "buffer_object.h"
#include "file_descriptor.h"

#include <random>
#include <vector>

/**
 * class StressWorker - submits random jobs and knows what they leave in memory
 */
class StressWorker {
public:
	/**
	 * StressWorker() - makes the lanes
	 * @seed: what will be submitted follows from it
	 * @timeout: how long a fence may take
	 */
	StressWorker(const Device &device, std::seed_seq &seed, std::chrono::nanoseconds timeout);
	StressWorker(const StressWorker &) = delete;
	StressWorker &operator=(const StressWorker &) = delete;
	~StressWorker();

	/**
	 * run() - makes @submits submits, comparing memory with the prediction again and again
	 *
	 * Throws CheckFailed, Timeout or IoctlFailed.
	 */
	void run(unsigned submits);

private:
	struct Lane {
		uint32_t queue;
		BufferObject memory;
		/** @code: room for the commands of several jobs; a slot is free once its job has
		 * run */
		BufferObject code;
		size_t next_slot = 0;
		/** @predicted: what memory holds when all jobs so far have run */
		std::vector<uint32_t> predicted;
		/** @last: number and fd of the last job's fence */
		uint32_t last = 0;
		FileDescriptor last_fd = {};
		/** @readers: a fence for all jobs of other lanes that read this one's memory */
		FileDescriptor readers = {};
	};

	std::vector<uint32_t> write_words(Lane &lane);
	std::vector<uint32_t> copy_words(Lane &lane, const Lane &source);
	void submit(Lane &lane, const std::vector<uint32_t> &words, Lane *source);
	void verify(Lane &lane);
	uint32_t random_below(uint32_t limit);

	const Device &device_;
	std::chrono::nanoseconds timeout_;
	std::mt19937 random_;
	std::vector<Lane> lanes_;
};
