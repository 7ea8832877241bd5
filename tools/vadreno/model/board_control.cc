// SPDX-License-Identifier: GPL-2.0-only
#include "board_control.h"

#include <format>

namespace vadreno {

namespace {

enum Register : std::uint32_t {
	reg_magic = 0x00,
	reg_version = 0x04,
	reg_chip_id = 0x08,
	reg_power_on = 0x10,
	reg_power_off = 0x14,
	reg_power_mask = 0x18,
	reg_clocks = 0x20,
};

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
	}
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
		clocks_ = value;
		return;
	}
	observer_.report("unknown-register", std::format("board {:#x}", offset),
			 std::format("write {:#x}", value));
}

} // namespace vadreno
