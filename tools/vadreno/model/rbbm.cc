// SPDX-License-Identifier: GPL-2.0-only
#include "rbbm.h"

#include <format>

#include "names.h"

namespace vadreno {

namespace {

/* RBBM_STATUS while the CP has work, and RBBM_STATUS3's one bit that drivers look at. */
constexpr std::uint32_t status_busy = 1u << 23 | 1u << 22 | 1u << 2 | 1u << 1;
constexpr std::uint32_t status3_smmu_stalled_on_fault = 1u << 24;

/* Between reading the status and clearing it a bit may be raised once more, but not that often. */
constexpr unsigned most_uncleared = 16;

} // namespace

Rbbm::Rbbm(Owner &owner, RegisterBlock &registers, Injector &injector, const Clock &clock,
	   Observer &observer)
	: owner_(owner), registers_(registers), injector_(injector), clock_(clock),
	  observer_(observer), start_(clock.now()), counters_start_(start_)
{
	registers_.on_read(reg::RBBM_STATUS, 1,
			   [this](std::uint32_t) { return owner_.gpu_busy() ? status_busy : 0u; });
	registers_.on_read(reg::RBBM_STATUS3, 1, [this](std::uint32_t) {
		return owner_.smmu_stalled() ? status3_smmu_stalled_on_fault : 0u;
	});
	registers_.on_read(reg::RBBM_INT_0_STATUS, 1, [this](std::uint32_t offset) {
		seen_ |= registers_.get(offset);
		return registers_.get(offset);
	});
	registers_.on_write(reg::RBBM_INT_CLEAR_CMD, 1,
			    [this](std::uint32_t offset, std::uint32_t bits) {
				    seen_ &= ~bits;
				    uncleared_ = 0;
				    registers_.set(offset, 0);
				    registers_.set(reg::RBBM_INT_0_STATUS,
						   registers_.get(reg::RBBM_INT_0_STATUS) & ~bits);
				    update_line();
			    });
	registers_.on_write(reg::RBBM_INT_0_MASK, 1,
			    [this](std::uint32_t, std::uint32_t) { update_line(); });

	/* There is no traffic to drain: a halt is acknowledged at once. */
	registers_.on_read(reg::RBBM_GBIF_HALT_ACK, 1,
			   [this](std::uint32_t) { return halt_acknowledge(reg::RBBM_GBIF_HALT); });
	registers_.on_read(reg::GBIF_HALT_ACK, 1,
			   [this](std::uint32_t) { return halt_acknowledge(reg::GBIF_HALT); });
	for (std::uint32_t halt : {reg::RBBM_GBIF_HALT, reg::GBIF_HALT})
		registers_.on_write(halt, 1, [this](std::uint32_t, std::uint32_t) {
			owner_.bus_halt_changed();
		});

	attach_counter(reg::CP_ALWAYS_ON_COUNTER, &Rbbm::always_on);
	attach_counter(reg::CP_ALWAYS_ON_CONTEXT, &Rbbm::always_on);
	/* The driver selects "always count" for the CP's counter 0; the other counters have nothing
	 * to count here. */
	attach_counter(reg::RBBM_PERFCTR_CP, &Rbbm::cycles);
	registers_.on_write(reg::RBBM_PERFCTR_SRAM_INIT_CMD, 1,
			    [this](std::uint32_t, std::uint32_t value) {
				    if (value & 1)
					    clear_counters();
				    registers_.set(reg::RBBM_PERFCTR_SRAM_INIT_STATUS, value & 1);
			    });
}

std::uint32_t Rbbm::halt_acknowledge(std::uint32_t halt)
{
	const std::uint32_t requested = registers_.get(halt);
	return requested && injector_.now(Injection::mute_halt) ? 0 : requested;
}

void Rbbm::attach_counter(std::uint32_t offset, std::uint64_t (Rbbm::*value)() const)
{
	/* Reading the low half latches the high one, so that the two belong together. */
	registers_.on_read(offset, 1, [this, value](std::uint32_t low) {
		registers_.set64(low, (this->*value)());
		return registers_.get(low);
	});
}

void Rbbm::raise(Interrupt interrupt)
{
	const std::uint32_t bit = 1u << static_cast<std::uint32_t>(interrupt);

	/* On a level the driver would be called for ever. */
	if (seen_ & bit) {
		/* Until it is read again: a CPU that was stopped before it could clear anything has
		 * done nothing wrong, however many come meanwhile. */
		seen_ &= ~bit;
		if (++uncleared_ == most_uncleared)
			observer_.report("irq", "RBBM_INT_0_STATUS",
					 std::format("bit {} was read {} times and not cleared",
						     static_cast<std::uint32_t>(interrupt),
						     uncleared_));
	}
	registers_.set(reg::RBBM_INT_0_STATUS, registers_.get(reg::RBBM_INT_0_STATUS) | bit);
	if (observer_.tracing())
		observer_.event(
			std::format("irq gpu bit {}", static_cast<std::uint32_t>(interrupt)));
	if (registers_.get(reg::RBBM_INT_0_MASK) & bit)
		owner_.gpu_interrupt();
}

void Rbbm::update_line()
{
	if (registers_.get(reg::RBBM_INT_0_STATUS) & registers_.get(reg::RBBM_INT_0_MASK))
		owner_.gpu_interrupt();
}

bool Rbbm::bus_halted() const
{
	return registers_.get(reg::RBBM_GBIF_HALT) || registers_.get(reg::GBIF_HALT);
}

std::uint64_t Rbbm::ticks(std::chrono::nanoseconds time, std::uint64_t hz)
{
	const auto ns = static_cast<std::uint64_t>(time.count());
	return ns / 1'000'000'000 * hz + ns % 1'000'000'000 * hz / 1'000'000'000;
}

std::uint64_t Rbbm::always_on() const
{
	return ticks(clock_.now() - start_, always_on_hz);
}

std::uint64_t Rbbm::cycles() const
{
	return counted_ + ticks(clock_.now() - counters_start_, rate_);
}

void Rbbm::clear_counters()
{
	counted_ = 0;
	counters_start_ = clock_.now();
}

void Rbbm::set_core_rate(std::uint32_t hz)
{
	counted_ = cycles();
	counters_start_ = clock_.now();
	rate_ = hz ? hz : core_hz;
}

void Rbbm::reset()
{
	clear_counters();
	seen_ = 0;
	uncleared_ = 0;
}

} // namespace vadreno
