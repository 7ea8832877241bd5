// SPDX-License-Identifier: GPL-2.0-only
#include "register_bus.h"

#include <format>

#include "names.h"

namespace vadreno {

namespace {

/* What a bus gives for a block that does not answer. */
constexpr std::uint32_t all_ones = 0xffffffff;

/* The bus interface and its halt handshake live in cx: a driver halts the bus around switching gx
 * off. */
bool needs_gx(std::uint32_t offset)
{
	constexpr std::uint32_t gbif_first = 0x3c00, gbif_last = 0x3cff;

	return (offset < gbif_first || offset > gbif_last) && offset != reg::RBBM_GBIF_HALT &&
	       offset != reg::RBBM_GBIF_HALT_ACK;
}

} // namespace

std::expected<RegisterBlock *, std::uint32_t> RegisterBus::select(std::uint32_t offset, bool write)
{
	const char *what = write ? "write" : "read";

	if (!gpu_.contains(offset) && !gmu_.contains(offset)) {
		observer_.report("unknown-register", std::format("{:#x}", offset), what);
		return std::unexpected(0u);
	}
	RegisterBlock &block = gpu_.contains(offset) ? gpu_ : gmu_;
	const bool gx = &block == &gpu_ && needs_gx(offset);

	for (Domain domain : {Domain::cx, Domain::gx}) {
		if (domain == Domain::gx && !gx)
			continue;
		if (!power_.on(domain)) {
			observer_.report("power-off", block.label(offset),
					 std::format("{} while {} is off", what,
						     PowerDomains::name(domain)));
			return std::unexpected(0u);
		}
		if (power_.dropped(domain))
			return std::unexpected(all_ones);
	}
	if (&block == &gmu_ && injector_.now(Injection::mute_gmu))
		return std::unexpected(all_ones);
	if (gx && !control_.clock_on(0)) {
		observer_.report("clock-off", block.label(offset),
				 std::format("{} while the core clock is off", what));
		return std::unexpected(0u);
	}
	return &block;
}

std::uint32_t RegisterBus::read(std::uint32_t offset, Initiator initiator)
{
	const auto block = select(offset, false);
	return block ? (*block)->read(offset, initiator) : block.error();
}

void RegisterBus::write(std::uint32_t offset, std::uint32_t value, Initiator initiator)
{
	if (const auto block = select(offset, true))
		(*block)->write(offset, value, initiator);
}

} // namespace vadreno
