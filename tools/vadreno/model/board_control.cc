// SPDX-License-Identifier: GPL-2.0-only
#include "board_control.h"

#include <algorithm>
#include <array>
#include <format>
#include <string_view>

namespace vadreno {

namespace {

/* By their index: bit n of the mask of running clocks is clock n. */
constexpr std::array<std::string_view, BoardControl::num_clocks> clock_names = {
	"core", "mem", "iface", "alt-mem", "gmu", "xo", "smmu"};

enum Register : std::uint32_t {
	reg_magic = 0x00,
	reg_version = 0x04,
	reg_chip_id = 0x08,
	reg_power_on = 0x10,
	reg_power_off = 0x14,
	reg_power_mask = 0x18,
	reg_clocks = 0x20,
	reg_plan_text = 0x40,
	reg_plan_load = 0x44,
	reg_plan_status = 0x48,
	reg_rates = 0x80,
};

/* Which clock's rate that is; num_clocks or more if it is none. */
unsigned rate_index(std::uint32_t offset)
{
	return offset >= reg_rates ? (offset - reg_rates) / 4 : BoardControl::num_clocks;
}

} // namespace

std::uint32_t BoardControl::read(std::uint32_t offset)
{
	switch (offset) {
	case reg_magic:
		return magic;
	case reg_version:
		return version;
	case reg_chip_id:
		return chip_id_;
	case reg_power_mask:
		return power_.mask();
	case reg_clocks:
		return clocks_;
	case reg_plan_load:
		return wrong_;
	case reg_plan_status:
		return next_status();
	}
	if (const unsigned clock = rate_index(offset); clock < num_clocks)
		return rates_[clock];
	observer_.report("unknown-register", std::format("board {:#x}", offset), "read");
	return 0;
}

void BoardControl::write(std::uint32_t offset, std::uint32_t value)
{
	switch (offset) {
	case reg_power_on:
	case reg_power_off:
		if (value < PowerDomains::count) {
			power_.set(static_cast<Domain>(value), offset == reg_power_on);
			return;
		}
		observer_.report("power", std::format("domain {}", value), "no such domain");
		return;
	case reg_clocks:
		switch_clocks(value);
		return;
	case reg_plan_text:
		add_text(value);
		return;
	case reg_plan_load:
		wrong_ = owner_.load_plan(plan_);
		plan_.clear();
		return;
	case reg_plan_status:
		status_ = owner_.plan_status();
		return;
	}
	if (const unsigned clock = rate_index(offset); clock < num_clocks) {
		set_rate(clock, value);
		return;
	}
	observer_.report("unknown-register", std::format("board {:#x}", offset),
			 std::format("write {:#x}", value));
}

/* Text ends with zero bytes that make the last word full. */
void BoardControl::add_text(std::uint32_t four_bytes)
{
	for (; four_bytes; four_bytes >>= 8)
		if (plan_.size() < longest_plan)
			plan_ += static_cast<char>(four_bytes & 0xff);
}

std::uint32_t BoardControl::next_status()
{
	std::uint32_t value = 0;

	for (std::size_t i = 0; i < std::min<std::size_t>(status_.size(), 4); i++)
		value |= std::uint32_t{static_cast<unsigned char>(status_[i])} << 8 * i;
	status_.erase(0, 4);
	return value;
}

void BoardControl::reset()
{
	clocks_ = all_clocks;
	rates_ = {};
	owner_.core_rate_changed(0);
}

void BoardControl::set_rate(unsigned index, std::uint32_t hz)
{
	if (rates_[index] == hz)
		return;
	rates_[index] = hz;
	observer_.event(std::format("clock {} {} Hz", clock_names[index], hz));
	if (index == 0)
		owner_.core_rate_changed(hz);
}

void BoardControl::switch_clocks(std::uint32_t running)
{
	for (unsigned i = 0; i < clock_names.size(); i++) {
		const bool on = running & (1u << i);

		if (on != clock_on(i))
			observer_.event(
				std::format("clock {} {}", clock_names[i], on ? "on" : "off"));
	}
	clocks_ = running;
}

} // namespace vadreno
