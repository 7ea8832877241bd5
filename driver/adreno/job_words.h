/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words of one job in an a6xx ring.
 *
 * If another context ran before: its page table is replaced, for which the CP waits until the GPU is
 * idle, and the performance counters are cleared lest one process reads what another did. Then the
 * command buffers, as indirect buffers, which run unprivileged; before and after them the CP notes the
 * time. At the end the seqno goes to a scratch register (for a dump), and with all caches flushed to
 * the fence record, and the CP interrupts.
 *
 * Behind the switch and the commands the CP says how far it has come, where only the ring's packets
 * can: the ring believes no fence record without that. It has to be in memory before the interrupt.
 *
 * Source: Linux, drivers/gpu/drm/msm/adreno/a6xx_gpu.c (a6xx_submit, a6xx_set_pagetable).
 */
#pragma once

#include <cstddef>
#include <span>

#include "adreno/pm4.h"
#include "kernel/mutant.h"
#include "sched/hardware.h"
#include "sched/memptrs.h"

namespace msm::adreno {

/**
 * struct TableSwitch - the page table to switch to
 * @ttbr0: value for TTBR0 of context bank 0
 * @asid: address space id that goes with it
 * @record: GPU address where the CP keeps {TTBR0, context}: what its context save reads
 * @context: low half of the context's number, for the record
 * @keep_counters: leave the performance counters as they are, for a profiler of the whole system
 */
struct TableSwitch {
	u64 ttbr0;
	u16 asid;
	u64 record;
	u32 context;
	bool keep_counters;
};

/**
 * struct JobWords - what makes up a job's words
 * @table: to be switched to; nullptr if the same context ran before
 * @commands: in order
 * @rptr_shadow: GPU address of the CP's read pointer
 * @fence: GPU address of the fence record
 * @record: GPU address of the job's JobRecord
 * @seqno: what to write to the fence record
 */
struct JobWords {
	const TableSwitch *table;
	std::span<const Command> commands;
	u64 rptr_shadow;
	u64 fence;
	u64 record;
	u32 seqno;
};

/*
 * The read pointer is published every so many command buffers, so that a long job can be seen to
 * progress.
 */
inline constexpr u32 commands_per_rptr_update = 32;

inline constexpr u32 table_switch_words = pm4::set_protected_mode_words + pm4::write_reg_words +
					  pm4::smmu_table_update_words + pm4::mem_write_words(3) +
					  pm4::event_words + pm4::wait_reg_words +
					  pm4::set_protected_mode_words + pm4::where_am_i_words;
inline constexpr u32 note_time_words = 2 * pm4::reg_to_mem_words;
inline constexpr u32 job_start_words = note_time_words + 2 * pm4::event_words;
inline constexpr u32 fence_words =
	pm4::where_am_i_words + pm4::wait_mem_writes_words + pm4::timestamp_event_words;
inline constexpr u32 job_end_words = note_time_words + pm4::write_reg_words + fence_words;

/** job_words() - length of a job of @commands command buffers at most; saturates at U32_MAX */
constexpr u32 job_words(u32 commands)
{
	u64 words =
		table_switch_words + job_start_words + u64{commands} * pm4::indirect_buffer_words +
		u64{commands} / commands_per_rptr_update * pm4::where_am_i_words + job_end_words;

	if (kernel::mutant(kernel::Mutant::fence_unflushed))
		words += pm4::mem_write_words(1);
	return words > 0xffffffff ? 0xffffffff : static_cast<u32>(words);
}

template <typename Sink>
constexpr void write_table_switch(Pm4<Sink> &pm4, const TableSwitch &table)
{
	if (!table.keep_counters) {
		/* Their command register is not for unprivileged streams. */
		pm4.set_protected_mode(false);
		pm4.write_reg(reg::RBBM_PERFCTR_SRAM_INIT_CMD, 1);
	}
	/* 0: all files share the kernel's address space, whose table is always loaded. */
	if (table.ttbr0 && !kernel::mutant(kernel::Mutant::no_table_switch))
		pm4.smmu_table_update(table.ttbr0, table.asid);
	pm4.mem_write(table.record, lower_32(table.ttbr0), upper_32(table.ttbr0), table.context);
	/* UCHE may hold lines of the old address space. */
	if (!kernel::mutant(kernel::Mutant::no_cache_invalidate))
		pm4.event(Event::CACHE_INVALIDATE);
	if (!table.keep_counters) {
		/* Clearing them went on meanwhile. */
		pm4.wait_reg_equal(reg::RBBM_PERFCTR_SRAM_INIT_STATUS, 1, 1);
		pm4.set_protected_mode(!kernel::mutant(kernel::Mutant::protected_mode_off));
	}
}

/* Return: the mark of the job's end. */
template <typename Sink>
constexpr u32 write_fence(Sink &sink, const JobWords &job)
{
	Pm4<Sink> pm4(sink);

	pm4.where_am_i(job.rptr_shadow);

	u32 passed = sink.position();

	pm4.wait_mem_writes();
	if (kernel::mutant(kernel::Mutant::fence_unflushed))
		pm4.mem_write(job.fence, job.seqno);
	pm4.timestamp_event_irq(Event::CACHE_FLUSH_TS, job.fence, job.seqno);
	return passed;
}

/**
 * write_job() - appends @job to @sink, at most job_words() words
 *
 * Return: where in @sink, by its position(), the CP says how far it has come.
 */
template <typename Sink>
constexpr JobMarks write_job(Sink &sink, const JobWords &job)
{
	Pm4<Sink> pm4(sink);
	JobMarks marks;
	u32 count = 0;

	if (job.table)
		write_table_switch(pm4, *job.table);
	if (job.table && job.table->ttbr0) {
		pm4.where_am_i(job.rptr_shadow);
		marks.begun = sink.position();
	}

	pm4.reg_to_mem64(reg::RBBM_PERFCTR_CP[0], job.record + offsetof(JobRecord, cycles_start));
	pm4.reg_to_mem64(reg::CP_ALWAYS_ON_COUNTER, job.record + offsetof(JobRecord, ticks_start));
	pm4.event(Event::PC_CCU_INVALIDATE_DEPTH);
	pm4.event(Event::PC_CCU_INVALIDATE_COLOR);

	if (kernel::mutant(kernel::Mutant::fence_before_commands))
		marks.passed = write_fence(sink, job);

	for (const Command &command : job.commands) {
		if (command.type == CommandType::ib_target)
			continue;
		if (command.type == CommandType::context_restore && !job.table)
			continue;
		pm4.indirect_buffer(command.iova, command.words);
		if (++count % commands_per_rptr_update == 0)
			pm4.where_am_i(job.rptr_shadow);
	}

	pm4.reg_to_mem64(reg::RBBM_PERFCTR_CP[0], job.record + offsetof(JobRecord, cycles_end));
	pm4.reg_to_mem64(reg::CP_ALWAYS_ON_COUNTER, job.record + offsetof(JobRecord, ticks_end));
	pm4.write_reg(reg::CP_SCRATCH[2], job.seqno);
	if (!kernel::mutant(kernel::Mutant::fence_before_commands))
		marks.passed = write_fence(sink, job);
	return marks;
}

} // namespace msm::adreno
