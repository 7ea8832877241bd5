/* SPDX-License-Identifier: GPL-2.0-only */
/* The fuzzer's bytes, taken from the front; what is missing at their end is zero. */
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace fuzz {

/** Input - one test case. */
class Input {
public:
	Input(const std::uint8_t *data, std::size_t size) : left_(data, size) {}

	bool empty() const { return left_.empty(); }

	template <typename T>
	T take()
	{
		T value{};
		const auto bytes = take_bytes(sizeof(T));
		std::ranges::copy(bytes, reinterpret_cast<std::uint8_t *>(&value));
		return value;
	}
	/** take_bytes() - the next @count bytes, or as many as there are. */
	std::span<const std::uint8_t> take_bytes(std::size_t count)
	{
		const auto bytes = left_.first(std::min(count, left_.size()));
		left_ = left_.subspan(bytes.size());
		return bytes;
	}

private:
	std::span<const std::uint8_t> left_;
};

/** demand() - what must hold whatever the input is; ends the program, which is what the fuzzer
 * sees. */
inline void demand(bool condition)
{
	if (!condition)
		__builtin_trap();
}

} // namespace fuzz
