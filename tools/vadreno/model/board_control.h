/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The board's own control registers: what on a phone would be a power controller and a clock
 * controller. The guest's glue module writes them; no Adreno driver ever does.
 *
 *   0x00 RO magic "VADR"        0x10 WO power a domain on (its index)    0x18 RO mask of domains
 * that are on 0x04 RO version             0x14 WO power a domain off               0x20 RW mask of
 * running clocks 0x08 RO chip id
 */
#pragma once

#include <cstdint>

#include "observer.h"
#include "power_domains.h"

namespace vadreno {

/** BoardControl - the page of control registers. */
class BoardControl {
public:
	static constexpr std::uint32_t magic = 0x52444156;
	static constexpr std::uint32_t version = 1;

	BoardControl(std::uint32_t chip_id, PowerDomains &power, Observer &observer)
		: chip_id_(chip_id), power_(power), observer_(observer)
	{
	}

	/* Offsets are in bytes from the page. */
	std::uint32_t read(std::uint32_t offset);
	void write(std::uint32_t offset, std::uint32_t value);
	void reset() { clocks_ = all_clocks; }

	/** clock_on() - clock 0 is the core's, 1 the memory interface's. */
	bool clock_on(unsigned index) const { return clocks_ & (1u << index); }

private:
	static constexpr std::uint32_t all_clocks = 0xffffffff;

	std::uint32_t chip_id_;
	PowerDomains &power_;
	Observer &observer_;
	std::uint32_t clocks_ = all_clocks;
};

} // namespace vadreno
