/* SPDX-License-Identifier: GPL-2.0-only */
/* One owner for a thing that C made and C takes back. */
#pragma once

#include <utility>

namespace kernel {

/** class Handle - a @T that @release gives back; empty after being moved from */
template <typename T, void (*release)(T *)>
class Handle {
public:
	constexpr Handle() = default;
	explicit Handle(T *object) : object_(object) {}
	Handle(Handle &&other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
	Handle &operator=(Handle &&other) noexcept
	{
		std::swap(object_, other.object_);
		return *this;
	}
	~Handle()
	{
		if (object_)
			release(object_);
	}

	T *get() const { return object_; }
	explicit operator bool() const { return object_; }

private:
	T *object_ = nullptr;
};

} // namespace kernel
