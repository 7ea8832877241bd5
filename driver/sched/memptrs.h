/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the GPU writes for the driver to read: a few pages shared by all rings, one record for each.
 */
#pragma once

#include "kernel/types.h"

namespace msm {

/**
 * struct JobRecord - when the CP began a job and when it was done with it
 * @cycles_start, @cycles_end: of its clock (CP counter 0)
 * @ticks_start, @ticks_end: of the always-on counter, 19.2 MHz
 */
struct JobRecord {
	volatile u64 cycles_start;
	volatile u64 cycles_end;
	volatile u64 ticks_start;
	volatile u64 ticks_end;
};

/** Records of a ring, used in turn: at least as many as jobs that its credits let into it */
inline constexpr u32 job_records = 1024;

/**
 * struct RingMemptrs - the GPU's side of one ring's state
 * @fence: seqno of the last finished job, written by the timestamp event that ends each job
 * @ttbr0: page table the CP runs with, written after a switch: what the CP's own context save reads
 * @contextidr: the CONTEXTIDR written with it
 * @jobs: by the low bits of the job's seqno
 *
 * Command streams can write all of this, since the ring's packets have no more rights than theirs. So
 * nothing here is believed without a witness: see Ring.
 *
 * Records stand a cache line apart, so that two rings' writes do not meet in one.
 */
struct alignas(64) RingMemptrs {
	volatile u32 fence;
	volatile u64 ttbr0;
	volatile u32 contextidr;
	alignas(64) JobRecord jobs[job_records];
};

static_assert(sizeof(RingMemptrs) == 64 + job_records * sizeof(JobRecord));

/** Most rings any supported chip has (preemption levels) */
inline constexpr u32 max_rings = 4;

} // namespace msm
