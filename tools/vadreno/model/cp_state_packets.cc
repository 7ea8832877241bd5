// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets that change the command processor's own state. Field layouts: adreno_pm4.xml in Linux'
 * register database.
 */
#include <format>

#include "cp.h"
#include "names.h"

namespace vadreno {

namespace {

constexpr std::uint32_t ib_size_mask = 0xfffff;
constexpr std::size_t deepest_level = 2;

} // namespace

Cp::Outcome Cp::me_init(Payload)
{
	initialised_ = true;
	return Outcome::done;
}

Cp::Outcome Cp::set_protected_mode(Payload p)
{
	protected_mode_ = p[0] & 1;
	return Outcome::done;
}

/* TTBR0 in the first 48 bits, the ASID above; CONTEXTIDR does not apply to AArch64 tables. */
Cp::Outcome Cp::smmu_table_update(Payload p)
{
	smmu_.set_table(p[3], join(p[0], p[1]));
	caches_stale_ = true;
	return Outcome::done;
}

/* The microcode writes the position behind this packet, and may write to privileged memory for it.
 */
Cp::Outcome Cp::where_am_i(Payload p)
{
	const std::uint32_t words = 1 + static_cast<std::uint32_t>(p.size());
	const std::uint32_t position =
		(registers_.get(reg::CP_RB_RPTR) + words) & (ring_words() - 1);

	memory_.write32(join(p[0], p[1]), position, GpuMemory::cp_privileged);
	return Outcome::done;
}

/* Clients' commands begin where the ring calls an indirect buffer. */
void Cp::check_client_may_run()
{
	constexpr std::uint32_t protect_enable = 1;

	if (!protected_mode_)
		observer_.report("protection", "CP_SET_PROTECTED_MODE",
				 "off while an indirect buffer runs");
	if (!(registers_.get(reg::CP_PROTECT_CNTL) & protect_enable))
		observer_.report("protection", "CP_PROTECT_CNTL",
				 "no register is protected from indirect buffers");
	if (caches_stale_)
		observer_.report("cache", "CP_SMMU_TABLE_UPDATE",
				 "an indirect buffer runs before CACHE_INVALIDATE");
}

Cp::Outcome Cp::indirect_buffer(Payload p)
{
	const std::uint32_t size = p[2] & ib_size_mask;

	if (streams_.size() == deepest_level)
		throw Fault{Error::opcode, "an indirect buffer inside IB2"};
	if (size == 0)
		return Outcome::done;
	if (streams_.empty())
		check_client_may_run();
	enter_ = Stream{join(p[0], p[1]), size, 0};
	return Outcome::done;
}

/* Goes on in another buffer and does not come back. */
Cp::Outcome Cp::indirect_buffer_chain(Payload p)
{
	if (streams_.empty())
		throw Fault{Error::opcode, "CP_INDIRECT_BUFFER_CHAIN in the ring"};
	jump_ = Stream{join(p[0], p[1]), p[2] & ib_size_mask, 0};
	return Outcome::done;
}

/* State groups are executed by the next draw. Without draws only turning them off means anything,
 * and that is nothing. */
Cp::Outcome Cp::set_draw_state(Payload p)
{
	constexpr std::uint32_t disable = 1u << 17 | 1u << 18;

	for (std::size_t i = 0; i + 2 < p.size(); i += 3)
		if (!(p[i] & disable) && (p[i] & 0xffff))
			unsupported("CP_SET_DRAW_STATE",
				    "state groups are kept for draws, which are not modelled");
	return Outcome::done;
}

Cp::Outcome Cp::set_marker(Payload p)
{
	constexpr std::uint32_t mode_mask = 0xf;
	constexpr std::uint32_t ifpc_mode = 1u << 8; /* not a render mode but a hint to the GMU */

	if (!(p[0] & ifpc_mode))
		marker_ = p[0] & mode_mask;
	return Outcome::done;
}

/* With one ring there is nobody to yield to; the address to signal a switch at is then not written.
 */
Cp::Outcome Cp::context_switch_yield(Payload)
{
	return Outcome::done;
}

Cp::Outcome Cp::not_modelled(Payload p)
{
	unsupported(packet_name(opcode_),
		    std::format("this packet ({} words) is not modelled", p.size()));
	return Outcome::done;
}

} // namespace vadreno
