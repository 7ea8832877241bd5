/* SPDX-License-Identifier: GPL-2.0-only */
#pragma once

#include "device.h"

#include <cstdint>
#include <span>
#include <string>

/**
 * class BufferObject - GPU memory, mapped for the CPU, at an address the kernel chose
 *
 * The Device must outlive it.
 */
class BufferObject {
public:
	/**
	 * BufferObject() - allocates at least @size bytes (a multiple of 4) with MSM_BO_x @flags
	 *
	 * Throws IoctlFailed, whose message begins with @name.
	 */
	BufferObject(const Device &device, const std::string &name, uint64_t size, uint32_t flags);
	BufferObject(BufferObject &&other) noexcept;
	BufferObject &operator=(BufferObject &&) = delete;
	~BufferObject();

	uint32_t handle() const { return handle_; }

	/** iova() - the GPU address */
	uint64_t iova() const { return iova_; }

	/** words() - the memory as the CPU sees it */
	std::span<volatile uint32_t> words() const { return {words_, size_ / 4}; }

	/** wait_idle() - waits until the CPU may read; 0 or the errno */
	int wait_idle(Deadline deadline) const;

private:
	uint64_t query(uint32_t info, const std::string &what) const;

	const Device *device_;
	std::string name_;
	uint64_t size_;
	uint32_t handle_ = 0;
	uint64_t iova_ = 0;
	volatile uint32_t *words_ = nullptr;
};
