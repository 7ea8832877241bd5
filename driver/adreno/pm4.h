/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PM4: the command stream of the CP.
 *
 * A packet is one header and its payload. A type-4 packet writes consecutive registers, a type-7
 * packet is an operation. The CP checks an odd parity over the count and over the register or
 * opcode, and stops with an opcode error if one is wrong.
 *
 * Pm4<Sink> writes packets of a fixed shape into anything with word(u32): the ring's writer, or an
 * array in a test. Each function states its length, so that a caller can sum up what it needs
 * before it reserves.
 *
 * Source: Linux, drivers/gpu/drm/msm/registers/adreno/adreno_pm4.xml and adreno_gpu.h.
 */
#pragma once

#include "adreno/registers.h"
#include "kernel/mutant.h"
#include "kernel/types.h"

namespace msm::adreno {

/** enum class Opcode - the type-7 packets, by their names in pm4_packets.def */
enum class Opcode : u8 {
#define PACKET(name, opcode) name = opcode,
#include "adreno/pm4_packets.def"
};

/** enum class Event - what CP_EVENT_WRITE can send */
enum class Event : u8 {
#define EVENT(name, number) name = number,
#include "adreno/pm4_packets.def"
};

namespace pm4 {

inline constexpr u32 type4 = 4u << 28;
inline constexpr u32 type7 = 7u << 28;
inline constexpr u32 max_type4_count = 0x7f;
inline constexpr u32 max_type7_count = 0x3fff;

/** odd_parity() - the bit that makes the number of ones in @value and itself odd */
constexpr u32 odd_parity(u32 value)
{
	/* Not __builtin_parity(): on arm64 that is a call into libgcc. */
	value ^= value >> 16;
	value ^= value >> 8;
	value ^= value >> 4;
	value ^= value >> 2;
	value ^= value >> 1;
	return ~value & 1;
}

/**
 * header4() - writes @count registers from @reg on: count at bits 0-6, parity 7, register 8-25,
 * parity 27
 */
constexpr u32 header4(GpuReg reg, u32 count)
{
	return type4 | count | odd_parity(count) << 7 | (reg.index & 0x3ffff) << 8 |
	       odd_parity(reg.index) << 27;
}

/**
 * header7() - an operation with @count dwords of payload: count at bits 0-14, parity 15, opcode
 * 16-22, parity 23
 */
constexpr u32 header7(Opcode opcode, u32 count)
{
	u32 op = static_cast<u32>(opcode);

	return type7 | count | odd_parity(count) << 15 | (op & 0x7f) << 16 | odd_parity(op) << 23;
}

/* CP_EVENT_WRITE, dword 0 */
inline constexpr u32 event_irq = 1u << 31;
/* CP_REG_TO_MEM, dword 0 */
inline constexpr u32 reg_to_mem_64b = 1u << 30;
inline constexpr u32 reg_to_mem_count_shift = 18;
/* CP_WAIT_REG_MEM, dword 0: compare for equality, polling a register */
inline constexpr u32 wait_equal = 3;

/* Lengths in dwords, header included. */
inline constexpr u32 set_protected_mode_words = 2;
inline constexpr u32 smmu_table_update_words = 5;
inline constexpr u32 event_words = 2;
inline constexpr u32 timestamp_event_words = 5;
inline constexpr u32 indirect_buffer_words = 4;
inline constexpr u32 where_am_i_words = 3;
inline constexpr u32 wait_mem_writes_words = 1;
inline constexpr u32 reg_to_mem_words = 4;
inline constexpr u32 wait_reg_words = 7;
inline constexpr u32 write_reg_words = 2;
inline constexpr u32 me_init_words = 9;

/** mem_write_words() - length of a CP_MEM_WRITE of @count dwords */
constexpr u32 mem_write_words(u32 count)
{
	return 3 + count;
}

} // namespace pm4

constexpr u32 lower_32(u64 value)
{
	return static_cast<u32>(value);
}

constexpr u32 upper_32(u64 value)
{
	return static_cast<u32>(value >> 32);
}

/**
 * class Pm4 - writes packets into @Sink, anything with word(u32)
 *
 * Does not check space: the sink was reserved with the sum of the lengths above, and asserts.
 */
template <typename Sink>
class Pm4 {
public:
	explicit constexpr Pm4(Sink &sink) : sink_(sink) {}

	/** write_reg() - the CP sets @reg; in protected mode only if CP_PROTECT allows it */
	constexpr void write_reg(GpuReg reg, u32 value)
	{
		sink_.word(pm4::header4(reg, 1));
		sink_.word(value);
	}

	/**
	 * set_protected_mode() - whether register writes of the ring are checked against CP_PROTECT
	 */
	constexpr void set_protected_mode(bool on)
	{
		sink_.word(pm4::header7(Opcode::CP_SET_PROTECTED_MODE, 1));
		sink_.word(on);
	}

	/**
	 * smmu_table_update() - points TTBR0 of context bank 0 at @ttbr0 and drops what the SMMU
	 * cached of ASID @asid
	 */
	constexpr void smmu_table_update(u64 ttbr0, u16 asid)
	{
		sink_.word(pm4::header7(Opcode::CP_SMMU_TABLE_UPDATE, 4));
		sink_.word(lower_32(ttbr0));
		sink_.word((upper_32(ttbr0) & 0xffff) | static_cast<u32>(asid) << 16);
		sink_.word(0); /* CONTEXTIDR */
		sink_.word(0); /* context bank */
	}

	/** mem_write() - writes @values to @iova, in order */
	template <typename... Words>
	constexpr void mem_write(u64 iova, Words... values)
	{
		sink_.word(pm4::header7(Opcode::CP_MEM_WRITE, 2 + sizeof...(values)));
		address(iova);
		(sink_.word(values), ...);
	}

	/** event() - an event without a timestamp */
	constexpr void event(Event event)
	{
		sink_.word(pm4::header7(Opcode::CP_EVENT_WRITE, 1));
		sink_.word(static_cast<u32>(event));
	}

	/**
	 * timestamp_event_irq() - @value goes to @iova once @event is done, then the CP interrupts
	 */
	constexpr void timestamp_event_irq(Event event, u64 iova, u32 value)
	{
		sink_.word(pm4::header7(Opcode::CP_EVENT_WRITE, 4));
		sink_.word(static_cast<u32>(event) | pm4::event_irq);
		address(iova);
		sink_.word(value);
	}

	/** wait_reg_equal() - the CP waits until @reg & @mask == @value */
	constexpr void wait_reg_equal(GpuReg reg, u32 value, u32 mask)
	{
		sink_.word(pm4::header7(Opcode::CP_WAIT_REG_MEM, 6));
		sink_.word(pm4::wait_equal);
		sink_.word(reg.index);
		sink_.word(0);
		sink_.word(value);
		sink_.word(mask);
		sink_.word(0); /* delay loop cycles */
	}

	/** reg_to_mem64() - stores the 64 bits of @reg at @iova */
	constexpr void reg_to_mem64(GpuReg64 reg, u64 iova)
	{
		sink_.word(pm4::header7(Opcode::CP_REG_TO_MEM, 3));
		sink_.word(reg.index | 2u << pm4::reg_to_mem_count_shift | pm4::reg_to_mem_64b);
		address(iova);
	}

	/** indirect_buffer() - runs the @dwords at @iova */
	constexpr void indirect_buffer(u64 iova, u32 dwords)
	{
		sink_.word(pm4::header7(Opcode::CP_INDIRECT_BUFFER, 3));
		address(iova);
		sink_.word(dwords);
	}

	/** where_am_i() - the CP stores its read pointer at @iova (a privileged mapping) */
	constexpr void where_am_i(u64 iova)
	{
		if (kernel::mutant(kernel::Mutant::no_where_am_i))
			return;
		sink_.word(pm4::header7(Opcode::CP_WHERE_AM_I, 2));
		address(iova);
	}

	/** wait_mem_writes() - the CP waits until what it wrote itself is in memory */
	constexpr void wait_mem_writes()
	{
		sink_.word(pm4::header7(Opcode::CP_WAIT_MEM_WRITES, 0));
	}

	/**
	 * me_init() - the first packet after reset: multiple hardware contexts, error detection, no
	 * header dump, no workaround
	 */
	constexpr void me_init()
	{
		sink_.word(pm4::header7(Opcode::CP_ME_INIT, 8));
		sink_.word(0x0000002f);
		sink_.word(0x00000003); /* hardware contexts */
		sink_.word(0x20000000); /* error detection */
		for (int i = 0; i < 5; i++)
			sink_.word(0);
	}

private:
	constexpr void address(u64 iova)
	{
		sink_.word(lower_32(iova));
		sink_.word(upper_32(iova));
	}

	Sink &sink_;
};

} // namespace msm::adreno
