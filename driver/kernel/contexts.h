/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contexts are arguments. A function that may sleep, allocate or touch user memory says so by
 * taking the token of a context in which that is allowed; who has no token cannot call it.
 *
 *	MayFault	an ioctl before any reservation: user memory, allocation, sleeping, resuming
 *	MayAlloc	under a reservation, page faults, dma-buf, workers: all but user memory
 *	Reclaim		shrinker, mmu notifiers: reservations tried, waits of a Patience; no allocation
 *	Signalling	what a fence's signal depends on: leaf locks only
 *	Irq		hard interrupts and timers: spinlocks only
 *
 * Each may do all that the ones below it may, so a token converts downwards and never up. Tokens
 * are empty, are minted in entry.h only (`make lint` checks who includes it) and are passed by
 * value, never stored.
 */
#pragma once

namespace kernel {

/* Defined in entry.h: the one thing that can make a token out of nothing. */
struct Mint;

class MayFault {
	friend struct Mint;
	constexpr MayFault() = default;
};

class MayAlloc {
	friend struct Mint;
	constexpr MayAlloc() = default;

public:
	constexpr MayAlloc(MayFault) {}
};

class Reclaim {
	friend struct Mint;
	constexpr Reclaim() = default;

public:
	constexpr Reclaim(MayFault) {}
	constexpr Reclaim(MayAlloc) {}
};

class Signalling {
	friend struct Mint;
	friend class SignallingSection;
	constexpr Signalling() = default;

public:
	constexpr Signalling(MayFault) {}
	constexpr Signalling(MayAlloc) {}
	constexpr Signalling(Reclaim) {}
};

class Irq {
	friend struct Mint;
	constexpr Irq() = default;

public:
	constexpr Irq(MayFault) {}
	constexpr Irq(MayAlloc) {}
	constexpr Irq(Reclaim) {}
	constexpr Irq(Signalling) {}

	/**
	 * anywhere() - For destructors, which get no argument: whatever runs may do what an
	 * interrupt handler may.
	 */
	static constexpr Irq anywhere() { return Irq(); }
};

} // namespace kernel
