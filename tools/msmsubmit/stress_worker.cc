/* SPDX-License-Identifier: GPL-2.0-only */
#include "stress_worker.h"

#include "failure.h"
#include "fence.h"
#include "names.h"
#include "pm4.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <format>

namespace {

constexpr uint32_t memory_words = 1024;
constexpr uint32_t slots = 32;
constexpr uint32_t slot_words = 64;
constexpr uint32_t most_words = 16;

} // namespace

StressWorker::StressWorker(const Device &device, std::seed_seq &seed,
			   std::chrono::nanoseconds timeout)
	: device_(device), timeout_(timeout), random_(seed)
{
	auto priorities = device.get_param(MSM_PARAM_PRIORITIES);

	if (!priorities)
		throw ioctl_failure("GET_PARAM(PRIORITIES)", priorities.error());
	for (uint32_t priority = 0; priority < *priorities; priority++) {
		auto queue = device.create_queue(priority);

		if (!queue)
			throw ioctl_failure("SUBMITQUEUE_NEW", queue.error());
		lanes_.push_back({
			.queue = *queue,
			.memory = BufferObject(device, "memory", memory_words * 4, MSM_BO_WC),
			.code = BufferObject(device, "code", slots * slot_words * 4,
					     MSM_BO_WC | MSM_BO_GPU_READONLY),
			.predicted = std::vector<uint32_t>(memory_words),
		});
		/* New memory need not be zero: Linux 6.12's driver can take it from a carveout. */
		std::ranges::fill(lanes_.back().memory.words(), 0);
	}
}

StressWorker::~StressWorker()
{
	for (const Lane &lane : lanes_)
		device_.close_queue(lane.queue);
}

void StressWorker::run(unsigned submits)
{
	for (unsigned i = 0; i < submits; i++) {
		Lane &lane = lanes_[random_below(lanes_.size())];
		Lane &source = lanes_[random_below(lanes_.size())];

		if (&source != &lane && random_below(4) == 0)
			submit(lane, copy_words(lane, source), &source);
		else
			submit(lane, write_words(lane), nullptr);
		if (lane.next_slot == slots || random_below(16) == 0)
			verify(lane);
	}
	for (Lane &lane : lanes_)
		verify(lane);
}

/* Writes a run of random words to a random place. */
std::vector<uint32_t> StressWorker::write_words(Lane &lane)
{
	uint32_t count = 1 + random_below(most_words);
	uint32_t place = random_below(memory_words - count);
	uint64_t address = lane.memory.iova() + place * 4;
	std::vector<uint32_t> words = {type7_header(*find_packet("CP_MEM_WRITE"), 2 + count),
				       static_cast<uint32_t>(address),
				       static_cast<uint32_t>(address >> 32)};

	for (uint32_t i = 0; i < count; i++) {
		lane.predicted[place + i] = random_();
		words.push_back(lane.predicted[place + i]);
	}
	return words;
}

/* Copies a run of words from a random place of @source to a random place of @lane. */
std::vector<uint32_t> StressWorker::copy_words(Lane &lane, const Lane &source)
{
	uint32_t count = 1 + random_below(most_words);
	uint32_t from = random_below(memory_words - count);
	uint32_t to = random_below(memory_words - count);
	uint64_t from_address = source.memory.iova() + from * 4;
	uint64_t to_address = lane.memory.iova() + to * 4;

	std::copy_n(source.predicted.begin() + from, count, lane.predicted.begin() + to);
	return {type7_header(*find_packet("CP_MEMCPY"), 5),
		count,
		static_cast<uint32_t>(from_address),
		static_cast<uint32_t>(from_address >> 32),
		static_cast<uint32_t>(to_address),
		static_cast<uint32_t>(to_address >> 32)};
}

void StressWorker::submit(Lane &lane, const std::vector<uint32_t> &words, Lane *source)
{
	uint32_t slot = lane.next_slot++ * slot_words;
	FileDescriptor fence = merge_fences(lane.readers, source ? source->last_fd : lane.readers);

	std::ranges::copy(words, lane.code.words().begin() + slot);

	std::vector<drm_msm_gem_submit_bo> bos = {
		{MSM_SUBMIT_BO_READ, lane.code.handle(), lane.code.iova()},
		{MSM_SUBMIT_BO_WRITE, lane.memory.handle(), lane.memory.iova()},
	};
	if (source)
		bos.push_back({MSM_SUBMIT_BO_READ, source->memory.handle(), source->memory.iova()});

	drm_msm_gem_submit_cmd command = {};
	command.type = MSM_SUBMIT_CMD_BUF;
	command.submit_offset = slot * 4;
	command.size = words.size() * 4;

	drm_msm_gem_submit request = {};
	request.flags = MSM_PIPE_3D0 | MSM_SUBMIT_FENCE_FD_OUT;
	if (random_below(2))
		request.flags |= MSM_SUBMIT_NO_IMPLICIT;
	if (fence)
		request.flags |= MSM_SUBMIT_FENCE_FD_IN;
	request.fence_fd = fence.get();
	request.queueid = lane.queue;
	request.nr_bos = bos.size();
	request.bos = reinterpret_cast<uintptr_t>(bos.data());
	request.nr_cmds = 1;
	request.cmds = reinterpret_cast<uintptr_t>(&command);
	device_.submit(request, "stress");

	lane.last = request.fence;
	lane.last_fd = FileDescriptor(request.fence_fd);
	lane.readers = FileDescriptor();
	if (source)
		source->readers = merge_fences(source->readers, lane.last_fd);
}

/* Waits for all of @lane's jobs, after which its memory holds what was predicted and its slots are
 * free. */
void StressWorker::verify(Lane &lane)
{
	if (!lane.last_fd)
		return;
	if (int error = device_.wait_fence(lane.queue, lane.last,
					   std::chrono::steady_clock::now() + timeout_)) {
		if (error == ETIMEDOUT)
			throw Failure(Exit::Timeout, std::format("fence {} of queue {} has not "
								 "signalled in time",
								 lane.last, lane.queue));
		throw ioctl_failure("WAIT_FENCE", error);
	}
	lane.next_slot = 0;

	auto words = lane.memory.words();
	auto [is, predicted] = std::ranges::mismatch(words, lane.predicted);
	if (is != words.end())
		throw Failure(
			Exit::CheckFailed,
			std::format("queue {}: word {} is {:#010x} after fence {}, not {:#010x}",
				    lane.queue, is - words.begin(), uint32_t(*is), lane.last,
				    *predicted));
}

uint32_t StressWorker::random_below(uint32_t limit)
{
	return random_() % limit;
}
