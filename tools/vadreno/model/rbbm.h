/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * RBBM and the bus interface, as far as software sees them: interrupt status, mask and clear; idle
 * status; the halt handshake with the memory bus; performance and always-on counters.
 *
 * The interrupt leaves as an MSI, which is an edge where the GPU's line is a level: so clearing
 * some of the pending bits, or unmasking one, sends a new message if any unmasked bit is left.
 * Source: a6xx_irq(), a6xx_bus_clear_pending_transactions() and hw_init() in Linux' a6xx_gpu.c.
 */
#pragma once

#include <cstdint>

#include "clock.h"
#include "injector.h"
#include "register_block.h"

namespace vadreno {

/** Interrupt - bits of RBBM_INT_0_STATUS. */
enum class Interrupt : std::uint32_t {
	cp_ahb_error = 1,
	cp_sw = 8,
	cp_hw_error = 9,
	ccu_flush_depth_ts = 10,
	ccu_flush_color_ts = 11,
	ccu_resolve_ts = 12,
	rb_done_ts = 17,
	wt_done_ts = 18,
	cache_flush_ts = 20,
	hang_detect = 23,
};

/** Rbbm - attaches itself to the GPU's registers. */
class Rbbm {
public:
	/** Owner - takes the interrupt and knows what the rest of the GPU is doing. */
	class Owner {
	public:
		virtual ~Owner() = default;
		virtual void gpu_interrupt() = 0;
		virtual bool gpu_busy() const = 0;
		virtual bool smmu_stalled() const = 0;
		/** bus_halt_changed() - the memory bus was halted or released. */
		virtual void bus_halt_changed() = 0;
	};

	/* The always-on counter's rate, and the core's as long as nobody has set one. The hang
	 * timeout goes by that whatever is set: a fast core would make it too short for a board that
	 * is not. */
	static constexpr std::uint64_t always_on_hz = 19'200'000;
	static constexpr std::uint64_t core_hz = 320'000'000;

	Rbbm(Owner &owner, RegisterBlock &registers, Injector &injector, const Clock &clock,
	     Observer &observer);

	void raise(Interrupt interrupt);
	/** set_core_rate() - what the cycle counters go by from now on, Hz; 0: core_hz. */
	void set_core_rate(std::uint32_t hz);
	/** bus_halted() - no memory access may be made. */
	bool bus_halted() const;
	/** always_on() - 19.2 MHz ticks since the board was powered. It runs on while the domains
	 * are off. */
	std::uint64_t always_on() const;
	/** reset() - after the registers were. The always-on counter goes on. */
	void reset();

	static std::uint64_t ticks(std::chrono::nanoseconds time, std::uint64_t hz);

private:
	std::uint64_t cycles() const;
	void clear_counters();
	std::uint32_t halt_acknowledge(std::uint32_t halt);
	void attach_counter(std::uint32_t offset, std::uint64_t (Rbbm::*value)() const);
	void update_line();

	Owner &owner_;
	RegisterBlock &registers_;
	Injector &injector_;
	const Clock &clock_;
	Observer &observer_;
	std::chrono::nanoseconds start_;
	/* The cycle counters: what they said when the core's rate last changed. */
	std::chrono::nanoseconds counters_start_;
	std::uint64_t counted_ = 0;
	std::uint64_t rate_ = core_hz;
	std::uint32_t seen_ = 0; /* pending bits that the driver has read and not cleared */
	unsigned uncleared_ = 0; /* how often such a bit was raised again */
};

} // namespace vadreno
