/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where tokens come from. Only a file that defines an extern "C" entry point includes this (`make
 * lint` has the list): the kernel has just called, so the file knows the context by the callback's
 * contract. Each function also lets a debug kernel check that the contract was kept.
 */
#pragma once

#include "bridge/context.h"
#include "kernel/contexts.h"
#include "kernel/signalling.h"

namespace kernel {

struct Mint {
	template <typename Token>
	static constexpr Token token()
	{
		return Token();
	}
};

namespace entry {

/** ioctl() - In an ioctl or open, with no lock held: user memory may be touched. */
[[nodiscard]] inline MayFault ioctl()
{
	bridge_might_fault();
	return Mint::token<MayFault>();
}

/**
 * fault() - In a page fault on our mapping, or a dma-buf callback: mm and reservation locks may be
 * held.
 */
[[nodiscard]] inline MayAlloc fault()
{
	bridge_might_alloc();
	return Mint::token<MayAlloc>();
}

/**
 * work() - In a worker, or in probe, remove, open's and release's parts that touch no user memory.
 */
[[nodiscard]] inline MayAlloc work()
{
	bridge_might_sleep();
	return Mint::token<MayAlloc>();
}

/** pm() - In a runtime or system power-management callback. */
[[nodiscard]] inline MayAlloc pm()
{
	bridge_might_sleep();
	return Mint::token<MayAlloc>();
}

/**
 * shrinker() - In a shrinker or an mmu notifier: memory is being reclaimed, so none may be asked
 * for.
 */
[[nodiscard]] inline Reclaim shrinker()
{
	return Mint::token<Reclaim>();
}

/**
 * signalling() - In run_job, free_job and their like: the section lasts as long as the returned
 * object.
 */
[[nodiscard]] inline SignallingSection signalling()
{
	return SignallingSection(Mint::token<Reclaim>());
}

/** irq() - In a hard interrupt handler, a timer, or a callback that may be called from one. */
[[nodiscard]] inline Irq irq()
{
	return Mint::token<Irq>();
}

} // namespace entry
} // namespace kernel
