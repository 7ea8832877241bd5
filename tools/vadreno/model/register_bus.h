/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The register bus: takes an access of the CPU or of the command processor to the GPU's or the
 * GMU's registers, if the power domain and the clock they need are on. An access to a block without
 * power is reported; a read gives zero. One whose power has dropped behind the driver's back reads
 * all ones.
 */
#pragma once

#include <cstdint>
#include <expected>

#include "board_control.h"
#include "injector.h"
#include "observer.h"
#include "power_domains.h"
#include "register_block.h"

namespace vadreno {

/** RegisterBus - dword offsets from the start of the GPU's registers, for all blocks. */
class RegisterBus {
public:
	RegisterBus(RegisterBlock &gpu, RegisterBlock &gmu, const PowerDomains &power,
		    const BoardControl &control, Injector &injector, Observer &observer)
		: gpu_(gpu), gmu_(gmu), power_(power), control_(control), injector_(injector),
		  observer_(observer)
	{
	}

	std::uint32_t read(std::uint32_t offset, Initiator initiator);
	void write(std::uint32_t offset, std::uint32_t value, Initiator initiator);

private:
	/* The block that answers at an offset; if none does, what a read gives. A mistake of the
	 * driver's is reported. */
	std::expected<RegisterBlock *, std::uint32_t> select(std::uint32_t offset, bool write);

	RegisterBlock &gpu_;
	RegisterBlock &gmu_;
	const PowerDomains &power_;
	const BoardControl &control_;
	Injector &injector_;
	Observer &observer_;
};

} // namespace vadreno
