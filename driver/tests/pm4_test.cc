// SPDX-License-Identifier: GPL-2.0-only
/* Packet headers against words known from captures of real streams, and the words of whole jobs. */
#include <array>

#include "adreno/job_words.h"
#include "adreno/pm4.h"
#include "kernel/alloc.h"
#include "tests/kunit.h"

namespace msm::adreno {

using namespace kernel;

namespace {

/* A place for words, as a ring is. */
template <size_t capacity>
class Words {
public:
	void word(u32 value)
	{
		if (count_ < capacity)
			words_[count_] = value;
		count_++;
	}

	size_t count() const { return count_; }
	u32 position() const { return static_cast<u32>(count_); }
	u32 operator[](size_t i) const { return i < capacity ? words_[i] : 0; }

	/* Index of the @nth word equal to @value, or count(). */
	size_t find(u32 value, u32 nth = 0) const
	{
		for (size_t i = 0; i < count_ && i < capacity; i++)
			if (words_[i] == value && nth-- == 0)
				return i;
		return count_;
	}

private:
	std::array<u32, capacity> words_{};
	size_t count_ = 0;
};

constexpr Command commands[] = {
	{.iova = 0x1'0000'1000, .words = 16, .type = CommandType::buffer},
	{.iova = 0x1'0000'2000, .words = 8, .type = CommandType::ib_target},
	{.iova = 0x1'0000'3000, .words = 4, .type = CommandType::context_restore},
};

constexpr TableSwitch table{.ttbr0 = 0x12'3456'7000,
			    .asid = 0,
			    .record = 0xffff'0000'0000'0108,
			    .context = 7,
			    .keep_counters = false};

constexpr JobWords job{
	.table = nullptr,
	.commands = commands,
	.rptr_shadow = 0x1'2000,
	.fence = 0x1'3004,
	.record = 0x1'4000,
	.seqno = 0xffffff01,
};

void headers(Test &test)
{
	/* Words as Mesa's decoder and captures show them. */
	EXPECT_EQ(test, pm4::header7(Opcode::CP_NOP, 0), 0x70108000u);
	EXPECT_EQ(test, pm4::header7(Opcode::CP_INDIRECT_BUFFER, 3), 0x70bf8003u);
	EXPECT_EQ(test, pm4::header7(Opcode::CP_EVENT_WRITE, 1), 0x70460001u);
	EXPECT_EQ(test, pm4::header7(Opcode::CP_EVENT_WRITE, 4), 0x70460004u);
	EXPECT_EQ(test, pm4::header7(Opcode::CP_SMMU_TABLE_UPDATE, 4), 0x70d30004u);
	EXPECT_EQ(test, pm4::header7(Opcode::CP_ME_INIT, 8), 0x70c80008u);
	EXPECT_EQ(test, pm4::header4(reg::CP_SCRATCH[2], 1), 0x48088501u);
}

void parity_is_odd(Test &test)
{
	for (u32 value = 0; value < 0x4000; value++) {
		u32 ones = pm4::odd_parity(value);

		for (u32 rest = value; rest; rest &= rest - 1)
			ones++;
		if (ones % 2 != 1)
			EXPECT_EQ(test, value, ~0u);
	}
	EXPECT_EQ(test, pm4::odd_parity(0x80000000), 0u);
	EXPECT_EQ(test, pm4::odd_parity(0x80000001), 1u);
}

void job_of_same_context(Test &test)
{
	Words<128> words;

	write_job(words, job);
	EXPECT(test, words.count() <= job_words(3));

	/*
	 * No switch, so neither the table nor the restore buffer; the target buffer is never run
	 * from the ring.
	 */
	EXPECT_EQ(test, words.find(pm4::header7(Opcode::CP_SMMU_TABLE_UPDATE, 4)), words.count());
	size_t ib = words.find(pm4::header7(Opcode::CP_INDIRECT_BUFFER, 3));
	EXPECT_EQ(test, words[ib + 1], 0x1000u);
	EXPECT_EQ(test, words[ib + 2], 1u);
	EXPECT_EQ(test, words[ib + 3], 16u);
	EXPECT_EQ(test, words.find(pm4::header7(Opcode::CP_INDIRECT_BUFFER, 3), 1), words.count());
}

void job_ends_with_fence(Test &test)
{
	Words<128> words;
	JobMarks marks = write_job(words, job);

	/*
	 * The fence event interrupts, and nothing comes after it. Before it, where the CP is, and in
	 * memory.
	 */
	size_t end = words.count() - pm4::timestamp_event_words;
	EXPECT_EQ(test, words[end], pm4::header7(Opcode::CP_EVENT_WRITE, 4));
	EXPECT_EQ(test, words[end + 1], static_cast<u32>(Event::CACHE_FLUSH_TS) | pm4::event_irq);
	EXPECT_EQ(test, words[end + 2], 0x13004u);
	EXPECT_EQ(test, words[end + 3], 0u);
	EXPECT_EQ(test, words[end + 4], 0xffffff01u);
	EXPECT_EQ(test, words[end - 1], pm4::header7(Opcode::CP_WAIT_MEM_WRITES, 0));
	EXPECT_EQ(test, words[end - 2], 0u);
	EXPECT_EQ(test, words[end - 3], 0x12000u);
	EXPECT_EQ(test, words[end - 4], pm4::header7(Opcode::CP_WHERE_AM_I, 2));
	EXPECT_EQ(test, marks.passed, end - 1);
	EXPECT_EQ(test, marks.begun, no_mark);
}

void job_is_timed(Test &test)
{
	const u32 header = pm4::header7(Opcode::CP_REG_TO_MEM, 3);
	Words<128> words;

	write_job(words, job);

	/* Cycles, then ticks, and the commands between both pairs. */
	size_t ib = words.find(pm4::header7(Opcode::CP_INDIRECT_BUFFER, 3));
	EXPECT(test, words.find(header, 1) < ib && ib < words.find(header, 2));
	EXPECT_EQ(test, words.find(header, 4), words.count());
	for (u32 i = 0; i < 4; i++) {
		size_t at = words.find(header, i);
		constexpr size_t fields[] = {
			offsetof(JobRecord, cycles_start), offsetof(JobRecord, ticks_start),
			offsetof(JobRecord, cycles_end), offsetof(JobRecord, ticks_end)};
		u32 source =
			i % 2 ? reg::CP_ALWAYS_ON_COUNTER.index : reg::RBBM_PERFCTR_CP[0].index;

		EXPECT_EQ(test, words[at + 1], 0x40080000u | source);
		EXPECT_EQ(test, words[at + 2], 0x14000u + fields[i]);
	}
}

void job_of_other_context(Test &test)
{
	Words<128> words;
	JobWords other = job;

	other.table = &table;
	JobMarks marks = write_job(words, other);
	/* One command is not run, so the job is that much shorter than the worst case. */
	EXPECT_EQ(test, words.count(), job_words(3) - pm4::indirect_buffer_words);

	size_t unprotect = words.find(pm4::header7(Opcode::CP_SET_PROTECTED_MODE, 1));
	size_t update = words.find(pm4::header7(Opcode::CP_SMMU_TABLE_UPDATE, 4));
	size_t protect = words.find(pm4::header7(Opcode::CP_SET_PROTECTED_MODE, 1), 1);
	size_t ib = words.find(pm4::header7(Opcode::CP_INDIRECT_BUFFER, 3));
	size_t restore = words.find(pm4::header7(Opcode::CP_INDIRECT_BUFFER, 3), 1);

	EXPECT(test, unprotect < update && update < protect && protect < ib && ib < restore);
	EXPECT_EQ(test, words[unprotect + 1], 0u);
	EXPECT_EQ(test, words[protect + 1], 1u);
	EXPECT_EQ(test, words[update + 1], 0x34567000u);
	EXPECT_EQ(test, words[update + 2], 0x12u);
	EXPECT_EQ(test, words[restore + 1], 0x3000u);

	/* Behind the switch, and before any command, the CP says that it is there. */
	size_t begun = words.find(pm4::header7(Opcode::CP_WHERE_AM_I, 2));
	EXPECT(test, update < begun && begun < ib);
	EXPECT_EQ(test, marks.begun, begun + pm4::where_am_i_words);
	EXPECT_EQ(test,
		  words.find(pm4::header7(Opcode::CP_WHERE_AM_I, 2), 1) + pm4::where_am_i_words,
		  marks.passed);
}

/* Without a table to switch to nothing waits for the jobs before. */
void job_of_other_context_in_the_same_space(Test &test)
{
	Words<128> words;
	JobWords other = job;
	TableSwitch shared = table;

	shared.ttbr0 = 0;
	other.table = &shared;
	EXPECT_EQ(test, write_job(words, other).begun, no_mark);
	EXPECT_EQ(test, words.find(pm4::header7(Opcode::CP_SMMU_TABLE_UPDATE, 4)), words.count());
}

void profiled_job_of_other_context(Test &test)
{
	Words<128> words;
	JobWords other = job;
	TableSwitch profiled = table;

	profiled.keep_counters = true;
	other.table = &profiled;
	write_job(words, other);
	/* Counters are cleared with protection off, and that is the only reason to take it off. */
	EXPECT_EQ(test, words.find(pm4::header7(Opcode::CP_SET_PROTECTED_MODE, 1)), words.count());
	EXPECT(test, words.find(pm4::header7(Opcode::CP_SMMU_TABLE_UPDATE, 4)) < words.count());
}

void job_without_commands(Test &test)
{
	Words<128> words;
	JobWords empty = job;

	empty.commands = {};
	write_job(words, empty);
	EXPECT_EQ(test, words.count(), job_words(0) - table_switch_words);
	EXPECT_EQ(test, words[words.count() - 1], 0xffffff01u);
}

void read_pointer_of_long_jobs(Test &test)
{
	static constinit std::array<Command, 3 * commands_per_rptr_update> many{};
	Unique<Words<1024>> words = ASSERT_OK(test, make<Words<1024>>(test.may_alloc()));
	JobWords longer = job;

	for (Command &command : many)
		command = {.iova = 0x1'0000'0000, .words = 1, .type = CommandType::buffer};
	longer.commands = many;
	write_job(*words, longer);
	EXPECT_EQ(test, words->count(), job_words(many.size()) - table_switch_words);
	EXPECT(test, words->find(pm4::header7(Opcode::CP_WHERE_AM_I, 2), 3) < words->count());
}

void worst_case_saturates(Test &test)
{
	EXPECT_EQ(test, job_words(0xffffffff), 0xffffffffu);
	EXPECT(test, job_words(1000) < job_words(1001));
}

} // namespace

KUNIT_SUITE(pm4, KUNIT_CASE(headers), KUNIT_CASE(parity_is_odd), KUNIT_CASE(job_of_same_context),
	    KUNIT_CASE(job_ends_with_fence), KUNIT_CASE(job_is_timed),
	    KUNIT_CASE(job_of_other_context), KUNIT_CASE(job_of_other_context_in_the_same_space),
	    KUNIT_CASE(profiled_job_of_other_context), KUNIT_CASE(job_without_commands),
	    KUNIT_CASE(read_pointer_of_long_jobs), KUNIT_CASE(worst_case_saturates));

} // namespace msm::adreno
