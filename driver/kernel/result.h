/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors are values. A function that can fail returns Result<T>; ignoring it is a warning, and so
 * an error here. TRY hands a failure to the caller. Codes are the kernel's own positive numbers,
 * turned negative only at the C edge.
 */
#pragma once

#include <expected>
#include <utility>

#include "kernel/errno.h"

namespace kernel {

/**
 * struct Errno - why something failed
 * @code: positive errno number (EINVAL, …); never 0
 */
struct Errno {
	int code;

	constexpr bool operator==(const Errno &) const = default;
};

/**
 * class Result - a T, or an Errno
 *
 * Test it with `if (!result)`, read it with `*result` or `result->`, and `result.error()`. Not
 * `.value()`: it aborts.
 */
template <typename T = void>
class [[nodiscard]] Result : public std::expected<T, Errno> {
public:
	using std::expected<T, Errno>::expected;
};

/** err() - `return err(EINVAL);` from a function that returns any Result. */
[[nodiscard]] constexpr std::unexpected<Errno> err(int code)
{
	return std::unexpected(Errno{code});
}

[[nodiscard]] constexpr std::unexpected<Errno> err(Errno error)
{
	return std::unexpected(error);
}

/** to_errno() - For the C edge: 0, or the negative code. */
[[nodiscard]] constexpr int to_errno(const Result<void> &result)
{
	return result ? 0 : -result.error().code;
}

/** from_errno() - From the C edge: negative is a failure, everything else is success. */
[[nodiscard]] constexpr Result<void> from_errno(long code)
{
	if (code < 0) [[unlikely]]
		return err(static_cast<int>(-code));
	return {};
}

} // namespace kernel

/** TRY() - The value of a Result, or return its error from the enclosing function. */
#define TRY(expression)                                            \
	({                                                         \
		auto &&try_result_ = (expression);                 \
		if (!try_result_) [[unlikely]]                     \
			return ::kernel::err(try_result_.error()); \
		*std::move(try_result_);                           \
	})
