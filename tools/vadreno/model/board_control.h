/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The board's own control registers: what on a phone would be a power controller and a clock
 * controller. The guest's glue module writes them; no Adreno driver ever does.
 *
 *   0x00 RO magic "VADR"
 *   0x04 RO version
 *   0x08 RO chip id
 *   0x10 WO power a domain on (its index)
 *   0x14 WO power a domain off
 *   0x18 RO mask of domains that are on
 *   0x20 RW mask of running clocks
 *   0x40 WO the next four bytes of an injection plan's text
 *   0x44 RW written, the text is complete and becomes the plan in force; read, the number of the
 *           line that is wrong with the last one, in which case the plan before it stays, or 0
 *   0x48 RW read, the next four bytes of the status: the plan in force and what it did so far, with
 *           zeros behind its end; written, the status is taken anew
 *   0x80 RW the rate of clock 0 in Hz, and so on for each clock; 0: not set yet
 */
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "observer.h"
#include "power_domains.h"

namespace vadreno {

/** BoardControl - the page of control registers. */
class BoardControl {
public:
	static constexpr std::uint32_t magic = 0x52444156;
	static constexpr std::uint32_t version = 2;
	static constexpr std::size_t longest_plan = 4096;
	static constexpr unsigned num_clocks = 7;

	/** Owner - knows the injection plan, and what a clock drives. */
	class Owner {
	public:
		virtual ~Owner() = default;
		/** load_plan() - 0, or the number of the line that is wrong. */
		virtual unsigned load_plan(std::string_view text) = 0;
		virtual std::string plan_status() const = 0;
		/** core_rate_changed() - the core's clock, 0, runs at @hz from now on. */
		virtual void core_rate_changed(std::uint32_t hz) = 0;
	};

	BoardControl(Owner &owner, std::uint32_t chip_id, PowerDomains &power, Observer &observer)
		: owner_(owner), chip_id_(chip_id), power_(power), observer_(observer)
	{
	}

	/* Offsets are in bytes from the page. */
	std::uint32_t read(std::uint32_t offset);
	void write(std::uint32_t offset, std::uint32_t value);
	void reset();

	/** clock_on() - clock 0 is the core's, 1 the memory interface's. */
	bool clock_on(unsigned index) const { return clocks_ & (1u << index); }

private:
	void switch_clocks(std::uint32_t running);
	void set_rate(unsigned index, std::uint32_t hz);

	static constexpr std::uint32_t all_clocks = 0xffffffff;

	void add_text(std::uint32_t four_bytes);
	std::uint32_t next_status();

	Owner &owner_;
	std::uint32_t chip_id_;
	PowerDomains &power_;
	Observer &observer_;
	std::uint32_t clocks_ = all_clocks;
	std::array<std::uint32_t, num_clocks> rates_{};
	std::string plan_;   /* as far as it was written */
	unsigned wrong_ = 0; /* line of the last one */
	std::string status_; /* what of it is still to be read */
};

} // namespace vadreno
