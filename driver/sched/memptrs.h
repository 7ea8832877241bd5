/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the GPU writes for the driver to read: one page shared by all rings, one record of it for
 * each.
 */
#pragma once

#include "kernel/types.h"

namespace msm {

/**
 * struct RingMemptrs - the GPU's side of one ring's state
 * @rptr: the CP's read pointer, in words from the ring's start (CP_RB_RPTR_ADDR)
 * @fence: seqno of the last finished job, written by the timestamp event that ends each job
 * @ttbr0: page table the CP runs with, written after a switch: what the CP's own context save reads
 * @contextidr: the CONTEXTIDR written with it
 *
 * Records stand a cache line apart, so that two rings' writes do not meet in one.
 */
struct alignas(64) RingMemptrs {
	volatile u32 rptr;
	volatile u32 fence;
	volatile u64 ttbr0;
	volatile u32 contextidr;
};

static_assert(sizeof(RingMemptrs) == 64);

/** Most rings any supported chip has (preemption levels) */
inline constexpr u32 max_rings = 4;

} // namespace msm
