/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Integers that came from userspace. Arithmetic on them cannot wrap unnoticed: an operation that
 * overflows leaves an invalid value, operations on invalid values stay invalid, and get() is the
 * only way out.
 */
#pragma once

#include <concepts>
#include <type_traits>

#include "kernel/result.h"
#include "kernel/types.h"

namespace kernel {

/**
 * class Checked - a T, or the knowledge that a computation did not fit one
 *
 * No implicit way back to T: `u64 end = TRY((Checked(offset) + size).get());`
 */
template <std::integral T>
class Checked {
public:
	constexpr Checked(T value) : value_(value) {}

	/** Checked() - From another integer type: invalid when the value does not fit. */
	template <std::integral U>
		requires(!std::same_as<U, T>)
	explicit constexpr Checked(U value)
		: value_(static_cast<T>(value)),
		  valid_(!__builtin_add_overflow(value, T{0}, &value_))
	{
	}

	friend constexpr Checked operator+(Checked a, Checked b)
	{
		T value{};
		bool fits = !__builtin_add_overflow(a.value_, b.value_, &value);
		return Checked(value, fits && a.valid_ && b.valid_);
	}

	friend constexpr Checked operator-(Checked a, Checked b)
	{
		T value{};
		bool fits = !__builtin_sub_overflow(a.value_, b.value_, &value);
		return Checked(value, fits && a.valid_ && b.valid_);
	}

	friend constexpr Checked operator*(Checked a, Checked b)
	{
		T value{};
		bool fits = !__builtin_mul_overflow(a.value_, b.value_, &value);
		return Checked(value, fits && a.valid_ && b.valid_);
	}

	/** align_up() - The next multiple of @align, a power of two. */
	constexpr Checked align_up(T align) const
	{
		Checked sum = *this + Checked(static_cast<T>(align - 1));
		return Checked(static_cast<T>(sum.value_ & ~(align - 1)), sum.valid_);
	}

	constexpr bool valid() const { return valid_; }

	/** get() - The value, or @error (EOVERFLOW) when some step did not fit. */
	constexpr Result<T> get(int error = EOVERFLOW) const
	{
		if (!valid_) [[unlikely]]
			return err(error);
		return value_;
	}

private:
	constexpr Checked(T value, bool valid) : value_(value), valid_(valid) {}

	T value_;
	bool valid_ = true;
};

} // namespace kernel
