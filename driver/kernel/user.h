/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * User memory, which may fault: so only an ioctl that holds no reservation yet may touch it.
 * Pointers come out of the uAPI as u64 and stay that.
 */
#pragma once

#include <span>
#include <type_traits>

#include "bridge/memory.h"
#include "kernel/alloc.h"
#include "kernel/contexts.h"
#include "kernel/result.h"

namespace kernel {

/** is_printable() - whether @c may go to a log or terminal as it is, where @c came from userspace */
constexpr bool is_printable(char c)
{
	return c >= ' ' && c <= '~';
}

/** make_printable() - a '?' in the place of each character of @text that is not; but for NULs */
constexpr void make_printable(std::span<char> text)
{
	for (char &c : text)
		if (c && !is_printable(c))
			c = '?';
}

/** copy_in() - @size bytes from user address @from, or EFAULT; what could not be read is zeroed. */
inline Result<void> copy_in(MayFault, void *to, u64 from, size_t size)
{
	if (bridge_copy_from_user(to, from, size)) [[unlikely]]
		return err(EFAULT);
	return {};
}

/** copy_in() - One T from user address @from. */
template <typename T>
	requires std::is_trivially_copyable_v<T>
Result<T> copy_in(MayFault token, u64 from)
{
	T value;

	TRY(copy_in(token, &value, from, sizeof(T)));
	return value;
}

/** copy_out() - @size bytes to user address @to, or EFAULT. */
inline Result<void> copy_out(MayFault, u64 to, const void *from, size_t size)
{
	if (bridge_copy_to_user(to, from, size)) [[unlikely]]
		return err(EFAULT);
	return {};
}

/** copy_in_array() - @count elements at user address @from; EFAULT, ENOMEM. */
template <typename T>
	requires std::is_trivially_copyable_v<T>
Result<Buffer<T>> copy_in_array(MayFault token, u64 from, u32 count)
{
	auto buffer = TRY(Buffer<T>::create(token, count));

	TRY(copy_in(token, buffer.data(), from, buffer.size() * sizeof(T)));
	return buffer;
}

/**
 * copy_in_each() - an array of which the caller keeps something else, so that it need not be kept
 * @each: Result<void>(u32 index, const T &element), in order; its first failure ends it
 *
 * Return: EFAULT, also when the array would run past the end of the address space; what @each
 * returned.
 */
template <typename T, typename Each>
	requires std::is_trivially_copyable_v<T>
Result<void> copy_in_each(MayFault token, u64 from, u32 count, Each each)
{
	/* As many at a time as the stack can take. */
	constexpr u32 at_a_time = 256 / sizeof(T);
	T some[at_a_time];
	u64 end;

	if (__builtin_add_overflow(from, u64{count} * sizeof(T), &end))
		return err(EFAULT);
	for (u32 first = 0; first < count; first += at_a_time) {
		u32 left = count - first;
		u32 now = left < at_a_time ? left : at_a_time;

		TRY(copy_in(token, some, from + u64{first} * sizeof(T), now * sizeof(T)));
		for (u32 i = 0; i < now; i++)
			TRY(each(first + i, some[i]));
	}
	return {};
}

/**
 * copy_in_each_apart() - copy_in_each() for structs that stand @stride bytes apart
 *
 * The uAPI's extensible arrays: userspace's struct may be longer or shorter than ours. A shorter
 * one reads as zeroes past its end; what a longer one has beyond ours is ignored.
 *
 * Return: also EINVAL, when @stride is 0 and @count is not.
 */
template <typename T, typename Each>
	requires std::is_trivially_copyable_v<T>
Result<void> copy_in_each_apart(MayFault token, u64 from, u32 count, u32 stride, Each each)
{
	u64 end;

	if (stride == sizeof(T))
		return copy_in_each<T>(token, from, count, each);
	if (count && !stride)
		return err(EINVAL);
	if (__builtin_add_overflow(from, u64{count} * stride, &end))
		return err(EFAULT);
	for (u32 i = 0; i < count; i++) {
		T element = {};

		TRY(copy_in(token, &element, from + u64{i} * stride,
			    stride < sizeof(T) ? stride : sizeof(T)));
		TRY(each(i, element));
	}
	return {};
}

} // namespace kernel
