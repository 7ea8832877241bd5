/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's atomics, for counters and one-word flags. Anything between threads that is more than
 * that takes a lock: the tests' emulator is too strongly ordered to show what is wrong with it
 * (design rule 16).
 */
#pragma once

#include "bridge/ref.h"

namespace kernel {

/** read_once() - @value as it is now, though others may be writing it: for statistics */
template <typename T>
T read_once(const T &value)
{
	return *static_cast<const volatile T *>(&value);
}

/** class Atomic - atomic_t; changes are fully ordered, get() and set() are not ordered at all */
class Atomic {
public:
	constexpr Atomic(s32 value = 0) : value_(value) {}
	Atomic(const Atomic &) = delete;
	Atomic &operator=(const Atomic &) = delete;

	s32 get() const { return bridge_atomic_read(&value_); }
	void set(s32 value) { bridge_atomic_set(&value_, value); }
	/** add() - Return: the new value. */
	s32 add(s32 delta) { return bridge_atomic_add_return(&value_, delta); }
	/** exchange() - Return: the old value. */
	s32 exchange(s32 value) { return bridge_atomic_xchg(&value_, value); }

private:
	s32 value_;
};

/** class Atomic64 - atomic64_t */
class Atomic64 {
public:
	constexpr Atomic64(s64 value = 0) : value_(value) {}
	Atomic64(const Atomic64 &) = delete;
	Atomic64 &operator=(const Atomic64 &) = delete;

	s64 get() const { return bridge_atomic64_read(&value_); }
	void set(s64 value) { bridge_atomic64_set(&value_, value); }
	s64 add(s64 delta) { return bridge_atomic64_add_return(&value_, delta); }
	s64 exchange(s64 value) { return bridge_atomic64_xchg(&value_, value); }

private:
	s64 value_;
};

} // namespace kernel
