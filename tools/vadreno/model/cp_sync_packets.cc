// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets that wait, compare, branch and signal. Field layouts: adreno_pm4.xml in Linux' register
 * database.
 */
#include <algorithm>
#include <format>
#include <optional>

#include "cp.h"
#include "names.h"

namespace vadreno {

namespace {

/* CP_WAIT_REG_MEM and CP_COND_WRITE5, first word */
constexpr std::uint32_t control_signed = 1u << 3;
constexpr unsigned control_poll_shift = 4;
constexpr std::uint32_t control_write_memory = 1u << 8;
enum Poll : std::uint32_t { poll_register = 0, poll_memory = 1 };

/* CP_EVENT_WRITE, first word */
constexpr std::uint32_t event_timestamp = 1u << 30;
constexpr std::uint32_t event_irq = 1u << 31;

/* Which interrupt an event raises once its write has landed; none for one that writes nothing. */
std::optional<Interrupt> event_interrupt(std::uint32_t event)
{
	switch (event) {
	case pm4::CACHE_FLUSH_TS:
		return Interrupt::cache_flush_ts;
	case pm4::WT_DONE_TS:
		return Interrupt::wt_done_ts;
	case pm4::RB_DONE_TS:
		return Interrupt::rb_done_ts;
	case pm4::PC_CCU_FLUSH_DEPTH_TS:
		return Interrupt::ccu_flush_depth_ts;
	case pm4::PC_CCU_FLUSH_COLOR_TS:
		return Interrupt::ccu_flush_color_ts;
	case pm4::PC_CCU_RESOLVE_TS:
		return Interrupt::ccu_resolve_ts;
	}
	return std::nullopt;
}

/* Events about caches and counters that the model does not have, and so has done already. */
bool event_without_effect(std::uint32_t event)
{
	switch (event) {
	case pm4::CONTEXT_DONE:
	case pm4::CONTEXT_DONE_2D:
	case pm4::START_PRIMITIVE_CTRS:
	case pm4::STOP_PRIMITIVE_CTRS:
	case pm4::START_FRAGMENT_CTRS:
	case pm4::STOP_FRAGMENT_CTRS:
	case pm4::START_COMPUTE_CTRS:
	case pm4::STOP_COMPUTE_CTRS:
	case pm4::PC_CCU_INVALIDATE_DEPTH:
	case pm4::PC_CCU_INVALIDATE_COLOR:
	case pm4::LRZ_FLUSH_INVALIDATE:
	case pm4::CACHE_INVALIDATE:
	case pm4::DEBUG_LABEL:
		return true;
	}
	return false;
}

} // namespace

Cp::Outcome Cp::nothing(Payload)
{
	return Outcome::done;
}

bool Cp::compare(std::uint32_t function, std::uint32_t value, std::uint32_t reference) const
{
	const bool is_signed = function & control_signed;
	const bool less =
		is_signed ? static_cast<std::int32_t>(value) < static_cast<std::int32_t>(reference)
			  : value < reference;

	switch (function & 7) {
	case 0:
		return true;
	case 1:
		return less;
	case 2:
		return less || value == reference;
	case 3:
		return value == reference;
	case 4:
		return value != reference;
	case 5:
		return !less;
	case 6:
		return !less && value != reference;
	}
	return false; /* there is no function 7 */
}

std::uint32_t Cp::polled(std::uint32_t control, std::uint64_t address)
{
	switch (control >> control_poll_shift & 7) {
	case poll_register:
		return read_register(static_cast<std::uint32_t>(address) & register_mask);
	case poll_memory:
		return memory_.read32(address);
	}
	throw Fault{Error::opcode, std::format("poll source {} does not exist",
					       control >> control_poll_shift & 7)};
}

Cp::Outcome Cp::wait_reg_mem(Payload p)
{
	const std::uint32_t value = polled(p[0], join(p[1], p[2])) & p[4];
	return compare(p[0], value, p[3]) ? Outcome::done : Outcome::again;
}

Cp::Outcome Cp::wait_mem_gte(Payload p)
{
	const auto value = static_cast<std::int32_t>(memory_.read32(join(p[1], p[2])));
	return value >= static_cast<std::int32_t>(p[3]) ? Outcome::done : Outcome::again;
}

Cp::Outcome Cp::wait_two_regs(Payload p)
{
	const bool over = read_register(p[0] & register_mask) != 0 ||
			  read_register(p[1] & register_mask) != p[2];
	return over ? Outcome::done : Outcome::again;
}

Cp::Outcome Cp::cond_write(Payload p)
{
	const std::uint32_t value = polled(p[0], join(p[1], p[2])) & p[4];

	if (!compare(p[0], value, p[3]))
		return Outcome::done;
	if (p[0] & control_write_memory)
		memory_.write32(join(p[5], p[6]), p[7]);
	else
		write_register(p[5] & register_mask, p[7]);
	return Outcome::done;
}

/* Runs what follows if the flag is set and the timestamp in memory has not passed the reference
 * yet. */
Cp::Outcome Cp::cond_exec(Payload p)
{
	const std::uint32_t flag = memory_.read32(join(p[0], p[1]));
	const std::uint32_t timestamp = memory_.read32(join(p[2], p[3]));

	if (!flag || p[4] - timestamp >= 0x80000000)
		skip_next(p[5]);
	return Outcome::done;
}

Cp::Outcome Cp::reg_test(Payload p)
{
	const std::uint32_t bit = read_register(p[0] & register_mask) >> (p[0] >> 20 & 0x1f) & 1;
	const std::uint32_t predicate = 1u << (p[0] >> 26 & 0x1f);

	predicate_ = bit ? predicate_ | predicate : predicate_ & ~predicate;
	return Outcome::done;
}

Cp::Outcome Cp::cond_reg_exec(Payload p)
{
	enum Mode : std::uint32_t { pred_test = 1, reg_compare = 2, render_mode = 3 };
	/* CP_SET_MARKER's modes, and the bits that CP_COND_REG_EXEC selects them by */
	constexpr std::uint32_t marker_direct = 1, marker_binning = 2;
	constexpr std::uint32_t select_binning = 1u << 25, select_gmem = 1u << 26,
				select_sysmem = 1u << 27;

	switch (p[0] >> 28) {
	case pred_test:
		if (!(predicate_ >> (p[0] >> 18 & 0x1f) & 1))
			skip_next(p[1] & 0xffffff);
		return Outcome::done;
	case reg_compare:
		if (p.size() < 3)
			throw Fault{Error::opcode, "CP_COND_REG_EXEC without its third word"};
		if (read_register(p[0] & register_mask) != read_register(p[1] & register_mask))
			skip_next(p[2] & 0xffffff);
		return Outcome::done;
	case render_mode: {
		const std::uint32_t selected = marker_ == marker_binning  ? select_binning
					       : marker_ == marker_direct ? select_sysmem
									  : select_gmem;
		if (!(p[0] & selected))
			skip_next(p[1] & 0xffffff);
		return Outcome::done;
	}
	}
	throw Fault{Error::opcode, std::format("CP_COND_REG_EXEC mode {}", p[0] >> 28)};
}

Cp::Outcome Cp::event_write(Payload p)
{
	const std::uint32_t event = p[0] & 0xff;
	const std::string_view name = event_name(event);
	const auto interrupt = event_interrupt(event);

	if (name.empty())
		unsupported("CP_EVENT_WRITE", std::format("event {:#x} does not exist", event));
	else if (!interrupt && !event_without_effect(event))
		unsupported(name, "this event is not modelled");

	if (event == pm4::CACHE_INVALIDATE)
		caches_stale_ = false;
	if (event == pm4::CACHE_FLUSH_TS && (p[0] & event_irq) && p.size() >= 4 && streams_.empty())
		fence_iova_ = join(p[1], p[2]);
	if (p.size() >= 4) {
		if (p[0] & event_timestamp)
			memory_.write64(join(p[1], p[2]), rbbm_.always_on());
		else
			memory_.write32(join(p[1], p[2]), p[3]);
	}
	if (p[0] & event_irq) {
		if (interrupt)
			rbbm_.raise(*interrupt);
		else
			unsupported(name, "this event raises no interrupt");
	}
	return Outcome::done;
}

} // namespace vadreno
