// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a Vulkan program needs of the driver when it draws nothing: memory, submits, fences,
 * semaphores, and the transfers, queries and events that the command processor and the 2D
 * engine execute. Every result is compared word by word.
 *
 *   vkcheck      prints KTAP; exit status 1 if a test failed
 */
#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <memory>
#include <numeric>

#include "ktap.h"
#include "vulkan_gpu.h"

using ktap::expect;
using ktap::expect_words;
using vulkan::Buffer;
using vulkan::check;
using vulkan::Gpu;

namespace {

constexpr std::uint32_t untouched = 0x5a5a5a5a;

/* A word that tells its place. */
std::uint32_t pattern(std::size_t i)
{
	return 0xc0de0000u + static_cast<std::uint32_t>(i);
}

void barrier(VkCommandBuffer commands, VkAccessFlags from, VkAccessFlags to,
	     VkPipelineStageFlags stage)
{
	VkMemoryBarrier memory{};
	memory.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER;
	memory.srcAccessMask = from;
	memory.dstAccessMask = to;
	vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, stage, 0, 1, &memory, 0,
			     nullptr, 0, nullptr);
}

void transfers_before_host(VkCommandBuffer commands)
{
	barrier(commands, VK_ACCESS_TRANSFER_WRITE_BIT, VK_ACCESS_HOST_READ_BIT,
		VK_PIPELINE_STAGE_HOST_BIT);
}

void transfers_before_transfers(VkCommandBuffer commands)
{
	barrier(commands, VK_ACCESS_TRANSFER_WRITE_BIT,
		VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT,
		VK_PIPELINE_STAGE_TRANSFER_BIT);
}

void copy_all(VkCommandBuffer commands, Buffer &from, Buffer &to)
{
	const VkBufferCopy region{0, 0, from.bytes()};
	vkCmdCopyBuffer(commands, from.handle(), to.handle(), 1, &region);
}

/* An odd number of words, so that the 2D engine needs a last, short row; the edges must stay. */
std::string fill(Gpu &gpu)
{
	constexpr std::size_t words = 70001, first = 3, count = 69001;
	Buffer buffer(gpu, words, untouched);

	gpu.run([&](VkCommandBuffer commands) {
		vkCmdFillBuffer(commands, buffer.handle(), 4 * first, 4 * count, 0xfeedc0de);
		transfers_before_host(commands);
	});
	expect_words(buffer.words(), [&](std::size_t i) {
		return i >= first && i < first + count ? 0xfeedc0de : untouched;
	});
	return std::format("{} bytes", 4 * count);
}

std::string update(Gpu &gpu)
{
	constexpr std::size_t first = 5, count = 1000;
	Buffer buffer(gpu, 2048, untouched);
	std::array<std::uint32_t, count> data;

	for (std::size_t i = 0; i < count; i++)
		data[i] = pattern(i);
	gpu.run([&](VkCommandBuffer commands) {
		vkCmdUpdateBuffer(commands, buffer.handle(), 4 * first, sizeof(data), data.data());
		transfers_before_host(commands);
	});
	expect_words(buffer.words(), [&](std::size_t i) {
		return i >= first && i < first + count ? pattern(i - first) : untouched;
	});
	return std::format("{} bytes", sizeof(data));
}

std::string copy(Gpu &gpu)
{
	constexpr std::size_t words = 80000;
	Buffer from(gpu, words, 0), to(gpu, words, untouched);

	for (std::size_t i = 0; i < words; i++)
		from.words()[i] = pattern(i);
	gpu.run([&](VkCommandBuffer commands) {
		copy_all(commands, from, to);
		transfers_before_host(commands);
	});
	expect_words(to.words(), pattern);
	return std::format("{} bytes", to.bytes());
}

/* Offsets and a size that are multiples of no more than a byte make the engine copy bytes. */
std::string copy_bytes(Gpu &gpu)
{
	constexpr std::size_t words = 1024, source = 3, destination = 1025, count = 2001;
	Buffer from(gpu, words, 0), to(gpu, words, untouched);
	const auto byte = [](std::size_t i) {
		return static_cast<unsigned char>(i * 7 + 1);
	};

	auto *in = reinterpret_cast<unsigned char *>(from.words().data());
	for (std::size_t i = 0; i < from.bytes(); i++)
		in[i] = byte(i);
	gpu.run([&](VkCommandBuffer commands) {
		const VkBufferCopy region{source, destination, count};
		vkCmdCopyBuffer(commands, from.handle(), to.handle(), 1, &region);
		transfers_before_host(commands);
	});
	const auto *out = reinterpret_cast<const unsigned char *>(to.words().data());
	for (std::size_t i = 0; i < to.bytes(); i++) {
		const bool inside = i >= destination && i < destination + count;
		const unsigned wanted = inside ? byte(source + i - destination) : untouched & 0xff;
		expect(out[i] == wanted,
		       std::format("byte {} is {:#x}, not {:#x}", i, out[i], wanted));
	}
	return std::format("{} bytes", count);
}

/* Fill, copy of what was filled, update of a part: each must see the one before. */
std::string chain(Gpu &gpu)
{
	constexpr std::size_t words = 4096;
	Buffer a(gpu, words, untouched), b(gpu, words, untouched);
	const std::array<std::uint32_t, 4> data{1, 2, 3, 4};

	gpu.run([&](VkCommandBuffer commands) {
		vkCmdFillBuffer(commands, a.handle(), 0, VK_WHOLE_SIZE, 0x11111111);
		transfers_before_transfers(commands);
		copy_all(commands, a, b);
		transfers_before_transfers(commands);
		vkCmdUpdateBuffer(commands, b.handle(), 64, sizeof(data), data.data());
		transfers_before_host(commands);
	});
	expect_words(b.words(),
		     [&](std::size_t i) { return i >= 16 && i < 20 ? data[i - 16] : 0x11111111; });
	return "";
}

/** Queries - a pool of timestamps. */
class Queries {
public:
	Queries(Gpu &gpu, std::uint32_t count) : gpu_(gpu), count_(count)
	{
		VkQueryPoolCreateInfo info{};
		info.sType = VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO;
		info.queryType = VK_QUERY_TYPE_TIMESTAMP;
		info.queryCount = count;
		check(vkCreateQueryPool(gpu.device(), &info, nullptr, &pool_), "vkCreateQueryPool");
	}
	~Queries() { vkDestroyQueryPool(gpu_.device(), pool_, nullptr); }
	Queries(const Queries &) = delete;
	Queries &operator=(const Queries &) = delete;

	VkQueryPool handle() const { return pool_; }
	std::vector<std::uint64_t> results() const
	{
		std::vector<std::uint64_t> values(count_);
		check(vkGetQueryPoolResults(gpu_.device(), pool_, 0, count_, 8 * count_,
					    values.data(), 8,
					    VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT),
		      "vkGetQueryPoolResults");
		return values;
	}

private:
	Gpu &gpu_;
	VkQueryPool pool_ = VK_NULL_HANDLE;
	std::uint32_t count_;
};

void timed_fill(VkCommandBuffer commands, const Queries &queries, Buffer &buffer)
{
	vkCmdResetQueryPool(commands, queries.handle(), 0, 2);
	vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, queries.handle(), 0);
	vkCmdFillBuffer(commands, buffer.handle(), 0, VK_WHOLE_SIZE, 0);
	vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries.handle(), 1);
}

std::string timestamps(Gpu &gpu)
{
	if (!gpu.timestamp_bits())
		throw ktap::Skip("the queue has no timestamps");
	Queries queries(gpu, 2);
	Buffer buffer(gpu, 65536, untouched);

	std::uint64_t last = 0;
	double nanoseconds = 0;
	for (unsigned round = 0; round < 2; round++) {
		gpu.run([&](VkCommandBuffer commands) { timed_fill(commands, queries, buffer); });
		const auto values = queries.results();
		expect(values[0] > last,
		       std::format("a later submit's {} is not after {}", values[0], last));
		expect(values[1] > values[0],
		       std::format("{} is not after {}", values[1], values[0]));
		last = values[1];
		nanoseconds =
			static_cast<double>(values[1] - values[0]) * gpu.limits().timestampPeriod;
	}
	/* A tick of another unit, or half a counter, would be off by far more than this. */
	expect(nanoseconds < 1e10, std::format("a fill of 256 KiB took {} ns", nanoseconds));
	return std::format("a fill of 256 KiB took {:.0f} us", nanoseconds / 1000);
}

std::string query_copy(Gpu &gpu)
{
	if (!gpu.timestamp_bits())
		throw ktap::Skip("the queue has no timestamps");
	Queries queries(gpu, 2);
	Buffer buffer(gpu, 16, untouched), results(gpu, 6, untouched);

	gpu.run([&](VkCommandBuffer commands) {
		timed_fill(commands, queries, buffer);
		vkCmdCopyQueryPoolResults(commands, queries.handle(), 0, 2, results.handle(), 0, 8,
					  VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT);
		transfers_before_host(commands);
	});
	const auto values = queries.results();
	const auto words = results.words();
	for (std::size_t i = 0; i < values.size(); i++) {
		const std::uint64_t copied = words[2 * i] | std::uint64_t{words[2 * i + 1]} << 32;
		expect(copied == values[i],
		       std::format("query {} is {:#x}, its copy {:#x}", i, values[i], copied));
	}
	expect(words[4] == untouched, "more than two results were written");
	return "";
}

/** Event - unset when made. */
class Event {
public:
	explicit Event(Gpu &gpu) : gpu_(gpu)
	{
		VkEventCreateInfo info{};
		info.sType = VK_STRUCTURE_TYPE_EVENT_CREATE_INFO;
		check(vkCreateEvent(gpu.device(), &info, nullptr, &event_), "vkCreateEvent");
	}
	~Event() { vkDestroyEvent(gpu_.device(), event_, nullptr); }
	Event(const Event &) = delete;
	Event &operator=(const Event &) = delete;

	VkEvent handle() const { return event_; }
	bool is_set() const { return vkGetEventStatus(gpu_.device(), event_) == VK_EVENT_SET; }

private:
	Gpu &gpu_;
	VkEvent event_ = VK_NULL_HANDLE;
};

std::string events(Gpu &gpu)
{
	Event event(gpu);
	Buffer buffer(gpu, 64, untouched);

	const VkEvent handle = event.handle();
	expect(!event.is_set(), "a new event is set");
	gpu.run([&](VkCommandBuffer commands) {
		vkCmdSetEvent(commands, event.handle(), VK_PIPELINE_STAGE_TRANSFER_BIT);
		vkCmdWaitEvents(commands, 1, &handle, VK_PIPELINE_STAGE_TRANSFER_BIT,
				VK_PIPELINE_STAGE_TRANSFER_BIT, 0, nullptr, 0, nullptr, 0, nullptr);
		vkCmdFillBuffer(commands, buffer.handle(), 0, VK_WHOLE_SIZE, 7);
		transfers_before_host(commands);
	});
	expect(event.is_set(), "the GPU did not set the event");
	expect_words(buffer.words(), [](std::size_t) { return 7u; });
	gpu.run([&](VkCommandBuffer commands) {
		vkCmdResetEvent(commands, event.handle(), VK_PIPELINE_STAGE_TRANSFER_BIT);
	});
	expect(!event.is_set(), "the GPU did not reset the event");
	return "";
}

/* The GPU waits, in the middle of its commands, for the CPU. */
std::string event_from_host(Gpu &gpu)
{
	Event event(gpu);
	Buffer from(gpu, 1024, untouched), to(gpu, 1024, untouched);
	const VkEvent handle = event.handle();
	const VkCommandBuffer commands = gpu.record([&](VkCommandBuffer buffer) {
		vkCmdWaitEvents(buffer, 1, &handle, VK_PIPELINE_STAGE_HOST_BIT,
				VK_PIPELINE_STAGE_TRANSFER_BIT, 0, nullptr, 0, nullptr, 0, nullptr);
		copy_all(buffer, from, to);
		transfers_before_host(buffer);
	});
	VkSubmitInfo info{};
	info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
	info.commandBufferCount = 1;
	info.pCommandBuffers = &commands;
	gpu.submit(info);
	for (std::size_t i = 0; i < from.words().size(); i++)
		from.words()[i] = pattern(i);
	check(vkSetEvent(gpu.device(), handle), "vkSetEvent");
	check(vkDeviceWaitIdle(gpu.device()), "vkDeviceWaitIdle");
	expect_words(to.words(), pattern);
	return "";
}

std::string empty_submit(Gpu &gpu)
{
	VkSubmitInfo info{};
	info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
	gpu.submit_and_wait(info);
	return "";
}

std::string semaphores(Gpu &gpu)
{
	constexpr std::size_t words = 20000;
	Buffer a(gpu, words, untouched), b(gpu, words, untouched);
	const VkSemaphore filled = gpu.semaphore();
	const VkPipelineStageFlags stage = VK_PIPELINE_STAGE_TRANSFER_BIT;
	const VkCommandBuffer first = gpu.record([&](VkCommandBuffer commands) {
		vkCmdFillBuffer(commands, a.handle(), 0, VK_WHOLE_SIZE, 0x22222222);
	});
	const VkCommandBuffer second = gpu.record([&](VkCommandBuffer commands) {
		copy_all(commands, a, b);
		transfers_before_host(commands);
	});
	VkSubmitInfo info{};
	info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
	info.commandBufferCount = 1;
	info.pCommandBuffers = &first;
	info.signalSemaphoreCount = 1;
	info.pSignalSemaphores = &filled;
	gpu.submit(info);
	info.pCommandBuffers = &second;
	info.signalSemaphoreCount = 0;
	info.waitSemaphoreCount = 1;
	info.pWaitSemaphores = &filled;
	info.pWaitDstStageMask = &stage;
	gpu.submit_and_wait(info);
	expect_words(b.words(), [](std::size_t) { return 0x22222222u; });
	return "";
}

/*
 * A submit that waits for a point that does not exist yet; the CPU fills its source, then
 * signals.
 */
std::string timeline(Gpu &gpu)
{
	if (!gpu.has_timeline())
		throw ktap::Skip("no timeline semaphores");
	const auto signal = reinterpret_cast<PFN_vkSignalSemaphoreKHR>(
		vkGetDeviceProcAddr(gpu.device(), "vkSignalSemaphoreKHR"));
	const auto wait = reinterpret_cast<PFN_vkWaitSemaphoresKHR>(
		vkGetDeviceProcAddr(gpu.device(), "vkWaitSemaphoresKHR"));
	expect(signal && wait, "the extension's functions are missing");

	Buffer from(gpu, 4096, untouched), to(gpu, 4096, untouched);
	VkSemaphoreTypeCreateInfo type{};
	type.sType = VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO;
	type.semaphoreType = VK_SEMAPHORE_TYPE_TIMELINE;
	const VkSemaphore line = gpu.semaphore(&type);
	const VkCommandBuffer commands = gpu.record([&](VkCommandBuffer buffer) {
		copy_all(buffer, from, to);
		transfers_before_host(buffer);
	});

	const std::uint64_t filled = 5, copied = 9;
	const VkPipelineStageFlags stage = VK_PIPELINE_STAGE_TRANSFER_BIT;
	VkTimelineSemaphoreSubmitInfo points{};
	points.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO;
	points.waitSemaphoreValueCount = points.signalSemaphoreValueCount = 1;
	points.pWaitSemaphoreValues = &filled;
	points.pSignalSemaphoreValues = &copied;
	VkSubmitInfo info{};
	info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
	info.pNext = &points;
	info.commandBufferCount = 1;
	info.pCommandBuffers = &commands;
	info.waitSemaphoreCount = info.signalSemaphoreCount = 1;
	info.pWaitSemaphores = info.pSignalSemaphores = &line;
	info.pWaitDstStageMask = &stage;
	gpu.submit(info);

	for (std::size_t i = 0; i < from.words().size(); i++)
		from.words()[i] = pattern(i);
	VkSemaphoreSignalInfo signal_info{};
	signal_info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO;
	signal_info.semaphore = line;
	signal_info.value = filled;
	check(signal(gpu.device(), &signal_info), "vkSignalSemaphore");

	VkSemaphoreWaitInfo wait_info{};
	wait_info.sType = VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO;
	wait_info.semaphoreCount = 1;
	wait_info.pSemaphores = &line;
	wait_info.pValues = &copied;
	check(wait(gpu.device(), &wait_info, Gpu::patience_ns), "vkWaitSemaphores");
	expect_words(to.words(), pattern);
	return "";
}

/* Buffers come and go, so that addresses are mapped, unmapped and used again. */
std::string reuse(Gpu &gpu)
{
	constexpr unsigned rounds = 30;

	for (unsigned round = 0; round < rounds; round++) {
		Buffer from(gpu, 5000 + 1000 * (round % 3), round),
			to(gpu, from.words().size(), untouched);
		gpu.run([&](VkCommandBuffer commands) {
			copy_all(commands, from, to);
			transfers_before_host(commands);
		});
		expect_words(to.words(), [&](std::size_t) { return round; });
	}
	return std::format("{} pairs of buffers", rounds);
}

/* The same while the GPU is at work on the next ones: only what is done may lose its address. */
std::string pipeline(Gpu &gpu)
{
	constexpr unsigned rounds = 40;
	constexpr std::size_t depth = 3;
	struct Stage {
		Stage(Gpu &gpu, std::uint32_t value)
			: from(gpu, 20000, value), to(gpu, 20000, untouched), done(gpu)
		{
			const VkCommandBuffer commands = gpu.record([&](VkCommandBuffer buffer) {
				copy_all(buffer, from, to);
				transfers_before_host(buffer);
			});
			VkSubmitInfo info{};
			info.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO;
			info.commandBufferCount = 1;
			info.pCommandBuffers = &commands;
			gpu.submit(info, done.handle());
		}
		Buffer from, to;
		vulkan::Fence done;
	};
	std::deque<Stage> stages;

	for (unsigned round = 0; round < rounds + depth; round++) {
		if (round < rounds)
			stages.emplace_back(gpu, round);
		if (round < depth)
			continue;
		stages.front().done.wait();
		expect_words(stages.front().to.words(), [&](std::size_t) { return round - depth; });
		stages.pop_front();
	}
	return std::format("{} copies, {} at a time", rounds, depth + 1);
}

struct Test {
	const char *name;
	std::string (*run)(Gpu &);
};

constexpr Test tests[] = {
	{"fill", fill},
	{"update", update},
	{"copy", copy},
	{"copy bytes", copy_bytes},
	{"fill, copy and update in order", chain},
	{"timestamps", timestamps},
	{"copy of query results", query_copy},
	{"events", events},
	{"event set by the CPU", event_from_host},
	{"empty submit", empty_submit},
	{"semaphore between submits", semaphores},
	{"timeline semaphore, waited for before it is signalled", timeline},
	{"memory freed and used again", reuse},
	{"memory freed while the GPU works", pipeline},
};

} // namespace

int main()
{
	ktap::Report report(1 + std::size(tests));
	std::unique_ptr<Gpu> gpu;

	report.run("device", [&] {
		gpu = std::make_unique<Gpu>();
		return gpu->name();
	});
	for (const Test &test : tests)
		report.run(test.name, [&] {
			expect(gpu != nullptr, "no device");
			return test.run(*gpu);
		});
	return report.exit_status();
}
