/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A Vulkan device on the Adreno, and the few objects that the checks need of it. Errors are thrown
 * as ktap::Failure.
 */
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <vulkan/vulkan.h>

namespace vulkan {

/** check() - throws unless @result is VK_SUCCESS; @what is the call. */
void check(VkResult result, const char *what);

/** Gpu - the first Qualcomm device that the loader offers, with one queue. */
class Gpu {
public:
	using Record = std::function<void(VkCommandBuffer)>;

	/* Long enough for a slow machine, and short enough to be seen as a hang. */
	static constexpr std::uint64_t patience_ns = 60'000'000'000;

	Gpu();
	~Gpu();
	Gpu(const Gpu &) = delete;
	Gpu &operator=(const Gpu &) = delete;

	VkDevice device() const { return device_; }
	const std::string &name() const { return name_; }
	const VkPhysicalDeviceLimits &limits() const { return limits_; }
	bool has_timeline() const { return timeline_; }
	std::uint32_t timestamp_bits() const { return timestamp_bits_; }

	/**
	 * mappable() - the index of a memory type among @bits that the CPU sees without
	 * flushes.
	 */
	std::uint32_t mappable(std::uint32_t bits) const;
	/**
	 * record() - a command buffer of the commands that @commands puts into it; lives as
	 * long as the Gpu.
	 */
	VkCommandBuffer record(const Record &commands);
	/** submit() - @info to the queue; @fence may be VK_NULL_HANDLE. */
	void submit(const VkSubmitInfo &info, VkFence fence = VK_NULL_HANDLE);
	/** run() - records, submits and waits for the end. */
	void run(const Record &commands);
	/** submit_and_wait() - @info with a fence, and waits for it. */
	void submit_and_wait(const VkSubmitInfo &info);
	VkSemaphore semaphore(const void *type = nullptr);

private:
	void pick_physical_device();
	void pick_queue_family();
	void make_device();

	VkInstance instance_ = VK_NULL_HANDLE;
	VkPhysicalDevice physical_ = VK_NULL_HANDLE;
	VkDevice device_ = VK_NULL_HANDLE;
	VkQueue queue_ = VK_NULL_HANDLE;
	VkCommandPool pool_ = VK_NULL_HANDLE;
	std::vector<VkSemaphore> semaphores_;
	VkPhysicalDeviceLimits limits_{};
	std::string name_;
	std::uint32_t family_ = 0;
	std::uint32_t timestamp_bits_ = 0;
	bool timeline_ = false;
};

/**
 * Fence - unsignalled when made. What is submitted with it must be over before it goes; wait()
 * sees to it.
 */
class Fence {
public:
	explicit Fence(Gpu &gpu);
	~Fence();
	Fence(const Fence &) = delete;
	Fence &operator=(const Fence &) = delete;

	VkFence handle() const { return fence_; }
	void wait();

private:
	Gpu &gpu_;
	VkFence fence_ = VK_NULL_HANDLE;
};

/** Buffer - memory of its own, mapped; usable as source and destination of transfers. */
class Buffer {
public:
	/** @words: size in 32-bit words, all set to @value. */
	Buffer(Gpu &gpu, std::size_t words, std::uint32_t value);
	~Buffer();
	Buffer(const Buffer &) = delete;
	Buffer &operator=(const Buffer &) = delete;

	VkBuffer handle() const { return buffer_; }
	std::span<std::uint32_t> words() { return {words_, count_}; }
	std::uint64_t bytes() const { return 4 * count_; }

private:
	Gpu &gpu_;
	VkBuffer buffer_ = VK_NULL_HANDLE;
	VkDeviceMemory memory_ = VK_NULL_HANDLE;
	std::uint32_t *words_ = nullptr;
	std::size_t count_;
};

} // namespace vulkan
