/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The command processor: fetches packets from the ring buffer and from indirect buffers, and
 * executes them one by one.
 *
 * There is no microcode: a table maps each opcode to a function here. A packet is the unit of
 * execution and of restart. One whose condition does not hold yet, or whose memory access the SMMU
 * stalls, is executed again from its beginning; GpuMemory sees to it that what it had read and
 * written by then is neither read nor written again. Execution is cooperative: run() does a bounded amount of work
 * and says when it wants to go on, so that register accesses are answered in between.
 *
 * A header that is none, an opcode that does not exist and a forbidden register access halt the CP
 * and raise an interrupt, as on hardware; the hang detector follows. A packet that exists but is
 * not modelled is reported and skipped.
 */
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "clock.h"
#include "gpu_memory.h"
#include "injector.h"
#include "observer.h"
#include "pm4.h"
#include "rbbm.h"
#include "register_block.h"
#include "register_bus.h"

namespace vadreno {

/** Cp - attaches itself to the GPU's CP_* registers. */
class Cp {
public:
	Cp(RegisterBlock &registers, RegisterBus &bus, Rbbm &rbbm, Smmu &smmu, GpuMemory &memory,
	   Injector &injector, const Clock &clock, Observer &observer);

	/**
	 * run() - execute packets of about @words words together; at least one.
	 *
	 * Return: how long to wait before running again (zero: more is to be done), or nothing if
	 * only a register write, wake() or reset() can change anything.
	 */
	std::optional<std::chrono::nanoseconds> run(unsigned words);
	/** wake() - a stalled memory access may be tried again, or the bus was released. */
	void wake();

	/** busy() - there is something left to execute, also if it cannot go on. */
	bool busy() const;
	/** busy_time() - how long the CP was busy since the model began. */
	std::chrono::nanoseconds busy_time() const;
	/** reset() - forget everything and stop; the registers are left to their owner. */
	void reset();

private:
	using Payload = std::span<const std::uint32_t>;
	/* more: not over, but long enough for one turn; again: a condition does not hold yet */
	enum class Outcome { done, more, again };
	struct PacketType {
		Outcome (Cp::*execute)(Payload payload);
		std::uint32_t min_words;
		bool ring_only; /* not from an indirect buffer: only the kernel may */
	};

	/* An indirect buffer being executed. Sizes and positions are in dwords. */
	struct Stream {
		std::uint64_t base;
		std::uint32_t size;
		std::uint32_t position;
	};

	/* Bits of CP_INTERRUPT_STATUS. */
	enum class Error : std::uint32_t { opcode = 0, hw_fault = 2, register_protection = 4 };
	struct Fault {
		Error error;
		std::string text;
	};

	enum class State { stopped, running, waiting, stalled, halted };

	static const std::array<PacketType, 128> &packet_types();

	/* cp.cc: fetch, decode, error handling */
	bool step();
	void spend(unsigned words) { budget_ -= std::min(budget_, words); }
	bool fetch();
	bool fetch_payload(std::uint32_t count);
	std::uint64_t stream_iova(std::uint32_t ahead) const;
	void advance(std::uint32_t words);
	void execute();
	Outcome execute_opcode(const PacketHeader &header);
	void boot();
	void fail(const Fault &fault);
	bool interfere();
	void arm_hang_detector();
	void start_or_stop(std::uint32_t control);
	void publish_position();
	void update_busy();
	std::uint32_t ring_words() const;
	std::uint32_t ring_used() const;
	std::string_view level_name() const;
	void skip_next(std::uint32_t words) { skip_next_ = words; }
	void unsupported(std::string_view what, const std::string &detail);

	/* Register accesses of a packet; throw Fault where CP_PROTECT forbids them. */
	std::uint32_t read_register(std::uint32_t offset);
	void write_register(std::uint32_t offset, std::uint32_t value);
	void check_protection(std::uint32_t offset, bool write);

	/* Packets: cp_memory_packets.cc */
	Outcome mem_write(Payload p);
	Outcome reg_to_mem(Payload p);
	Outcome mem_to_reg(Payload p);
	Outcome mem_to_mem(Payload p);
	Outcome memcpy(Payload p);
	Outcome reg_rmw(Payload p);
	Outcome reg_write(Payload p);
	Outcome context_reg_bunch(Payload p);
	Outcome reg_to_scratch(Payload p);
	Outcome scratch_to_reg(Payload p);
	Outcome scratch_write(Payload p);
	Outcome blit(Payload p);

	/* cp_sync_packets.cc */
	Outcome wait_reg_mem(Payload p);
	Outcome wait_mem_gte(Payload p);
	Outcome wait_two_regs(Payload p);
	Outcome cond_write(Payload p);
	Outcome cond_exec(Payload p);
	Outcome reg_test(Payload p);
	Outcome cond_reg_exec(Payload p);
	Outcome event_write(Payload p);
	Outcome nothing(Payload p);
	void check_client_may_run();
	bool compare(std::uint32_t function, std::uint32_t value, std::uint32_t reference) const;
	std::uint32_t polled(std::uint32_t control, std::uint64_t address);

	/* cp_state_packets.cc */
	Outcome me_init(Payload p);
	Outcome set_protected_mode(Payload p);
	Outcome smmu_table_update(Payload p);
	Outcome where_am_i(Payload p);
	Outcome indirect_buffer(Payload p);
	Outcome indirect_buffer_chain(Payload p);
	Outcome set_draw_state(Payload p);
	Outcome set_marker(Payload p);
	Outcome context_switch_yield(Payload p);
	Outcome not_modelled(Payload p);

	RegisterBlock &registers_;
	RegisterBus &bus_;
	Rbbm &rbbm_;
	Smmu &smmu_;
	GpuMemory &memory_;
	Injector &injector_;
	const Clock &clock_;
	Observer &observer_;

	State state_ = State::stopped;
	bool booted_ = false;
	bool initialised_ = false;
	bool protected_mode_ = true;
	/* The packet that was fetched and is not over; its words are in payload_. It is not fetched
	 * again. */
	std::optional<PacketHeader> current_;
	/* What the driver's own commands owe to those that follow. */
	bool caches_stale_ = false; /* the page table has changed since they were emptied */
	std::optional<std::uint64_t>
		fence_iova_; /* where flushed caches are told of, with an interrupt */
	std::uint32_t marker_ = 0;
	std::uint32_t predicate_ = 0;
	std::uint32_t skip_ = 0; /* dwords of the ring that a condition jumps over */
	std::uint32_t opcode_ = 0;
	/* What a handler wants to happen once its packet is over. */
	std::uint32_t skip_next_ = 0;
	std::optional<Stream> enter_; /* a buffer to come back from */
	std::optional<Stream> jump_;  /* a buffer in place of the current one */
	std::vector<Stream> streams_;
	std::vector<std::uint32_t> payload_;
	unsigned budget_ = 0;        /* words that may still be handled in this turn */
	std::uint64_t progress_ = 0; /* words that a packet of several turns has done */

	std::chrono::nanoseconds wait_interval_{};
	std::chrono::nanoseconds wait_until_{};
	std::optional<std::chrono::nanoseconds> hang_at_;
	std::optional<std::chrono::nanoseconds> busy_since_;
	std::chrono::nanoseconds busy_time_{};
};

} // namespace vadreno
