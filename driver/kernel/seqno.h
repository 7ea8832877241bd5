/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sequence numbers of 32 bits that wrap: which of two is later is decided by the shorter way round.
 */
#pragma once

#include "kernel/types.h"

namespace kernel {

/**
 * class Seqno - a wrapping sequence number
 *
 * Comparable only while the two are less than 2^31 apart. There is no operator<: it would not be an
 * order.
 */
class Seqno {
public:
	constexpr Seqno() = default;
	explicit constexpr Seqno(u32 value) : value_(value) {}

	constexpr u32 value() const { return value_; }
	constexpr Seqno next() const { return Seqno(value_ + 1); }
	constexpr Seqno previous() const { return Seqno(value_ - 1); }

	/** after() - This one is later than @other. */
	constexpr bool after(Seqno other) const
	{
		return static_cast<s32>(value_ - other.value_) > 0;
	}
	/** at_or_after() - This one has reached @other. */
	constexpr bool at_or_after(Seqno other) const { return !other.after(*this); }

	constexpr bool operator==(const Seqno &) const = default;

private:
	u32 value_ = 0;
};

} // namespace kernel
