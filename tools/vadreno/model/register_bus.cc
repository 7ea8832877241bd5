// SPDX-License-Identifier: GPL-2.0-only
#include "register_bus.h"

#include <format>

#include "names.h"

namespace vadreno {

namespace {

/* The bus interface and its halt handshake live in cx: a driver halts the bus around switching gx
 * off. */
bool needs_gx(std::uint32_t offset)
{
	constexpr std::uint32_t gbif_first = 0x3c00, gbif_last = 0x3cff;

	return (offset < gbif_first || offset > gbif_last) && offset != reg::RBBM_GBIF_HALT &&
	       offset != reg::RBBM_GBIF_HALT_ACK;
}

} // namespace

RegisterBlock *RegisterBus::select(std::uint32_t offset, bool write)
{
	const char *what = write ? "write" : "read";

	if (!gpu_.contains(offset) && !gmu_.contains(offset)) {
		observer_.report("unknown-register", std::format("{:#x}", offset), what);
		return nullptr;
	}
	RegisterBlock &block = gpu_.contains(offset) ? gpu_ : gmu_;
	const bool gx = &block == &gpu_ && needs_gx(offset);

	for (Domain domain : {Domain::cx, Domain::gx}) {
		if (power_.on(domain) || (domain == Domain::gx && !gx))
			continue;
		observer_.report(
			"power-off", block.label(offset),
			std::format("{} while {} is off", what, PowerDomains::name(domain)));
		return nullptr;
	}
	if (gx && !control_.clock_on(0)) {
		observer_.report("clock-off", block.label(offset),
				 std::format("{} while the core clock is off", what));
		return nullptr;
	}
	return &block;
}

std::uint32_t RegisterBus::read(std::uint32_t offset, Initiator initiator)
{
	RegisterBlock *block = select(offset, false);
	return block ? block->read(offset, initiator) : 0;
}

void RegisterBus::write(std::uint32_t offset, std::uint32_t value, Initiator initiator)
{
	if (RegisterBlock *block = select(offset, true))
		block->write(offset, value, initiator);
}

} // namespace vadreno
