/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bytes, one behind the other, written where nothing may wait for memory: in pages, as long as the
 * kernel has some at hand, up to a limit that was set before.
 */
#pragma once

#include <algorithm>
#include <span>
#include <type_traits>

#include "bridge/devcoredump.h"
#include "kernel/alloc.h"
#include "kernel/constants.h"
#include "kernel/contexts.h"
#include "kernel/result.h"

namespace kernel {

/** class Tape - see above; one writer, then readers */
class Tape {
public:
	Tape() = default;
	~Tape() { clear(); }
	Tape(const Tape &) = delete;
	Tape &operator=(const Tape &) = delete;

	/** init() - once, before the first byte. @pages: at most */
	Result<void> init(MayAlloc token, u32 pages)
	{
		pages_ = TRY(Buffer<void *>::create(token, pages));
		return {};
	}

	/** clear() - as new */
	void clear()
	{
		for (void *&page : pages_) {
			if (page)
				bridge_page_put(std::exchange(page, nullptr));
		}
		size_ = 0;
	}

	/** size() - bytes written: where the next one goes */
	u32 size() const { return size_; }

	/**
	 * room() - where the next bytes go, in one piece; advance() says how many were used
	 *
	 * Return: an empty span if there is no memory, or the limit is reached.
	 */
	std::span<u8> room(Signalling)
	{
		u32 index = size_ / PAGE_SIZE;
		u32 used = size_ % PAGE_SIZE;

		if (index >= pages_.size())
			return {};
		if (!pages_[index])
			pages_[index] = bridge_page_get_nowait();
		if (!pages_[index])
			return {};
		return {static_cast<u8 *>(pages_[index]) + used, PAGE_SIZE - used};
	}
	void advance(size_t bytes) { size_ += static_cast<u32>(bytes); }

	/**
	 * write() - append @size bytes
	 *
	 * Return: how many there was room for.
	 */
	size_t write(Signalling token, const void *data, size_t size)
	{
		auto *from = static_cast<const u8 *>(data);
		size_t done = 0;

		while (done < size) {
			std::span<u8> to = room(token);
			size_t count = std::min(to.size(), size - done);

			if (!count)
				break;
			std::copy_n(from + done, count, to.data());
			advance(count);
			done += count;
		}
		return done;
	}

	/** put() - append a value as a whole, or not at all */
	template <typename T>
		requires std::is_trivially_copyable_v<T>
	bool put(Signalling token, const T &value)
	{
		u32 before = size_;

		if (write(token, &value, sizeof(value)) == sizeof(value))
			return true;
		size_ = before;
		return false;
	}

	/** replace() - the value that was put at @at */
	template <typename T>
		requires std::is_trivially_copyable_v<T>
	void replace(u32 at, const T &value)
	{
		auto *from = reinterpret_cast<const u8 *>(&value);

		for (u32 i = 0; i < sizeof(T); i++, at++)
			byte(at) = from[i];
	}

	/** get() - the value that was put at @at */
	template <typename T>
		requires std::is_trivially_copyable_v<T>
	T get(u32 at) const
	{
		u8 bytes[sizeof(T)];

		for (u32 i = 0; i < sizeof(T); i++, at++)
			bytes[i] = byte(at);
		return __builtin_bit_cast(T, bytes);
	}

private:
	u8 &byte(u32 at) const { return static_cast<u8 *>(pages_[at / PAGE_SIZE])[at % PAGE_SIZE]; }

	Buffer<void *> pages_;
	u32 size_ = 0;
};

} // namespace kernel
