// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets that move data between memory and registers. Field layouts: adreno_pm4.xml in Linux'
 * register database.
 */
#include <algorithm>
#include <bit>
#include <format>

#include "blitter.h"
#include "cp.h"
#include "names.h"

namespace vadreno {

namespace {

constexpr unsigned num_scratch = 8;

/* CP_{REG_TO_SCRATCH,SCRATCH_TO_REG}: 17:0 register, 22:20 first scratch register, 26:24 further
 * ones. */
struct ScratchCopy {
	explicit ScratchCopy(std::uint32_t word)
		: first(word & register_mask), scratch(word >> 20 & 7), count((word >> 24 & 7) + 1)
	{
	}
	std::uint32_t first, scratch, count;
	std::uint32_t scratch_register(std::uint32_t i) const
	{
		return reg::CP_SCRATCH + (scratch + i) % num_scratch;
	}
};

} // namespace

Cp::Outcome Cp::mem_write(Payload p)
{
	const std::uint64_t iova = join(p[0], p[1]);

	if (streams_.empty() && fence_iova_ && *fence_iova_ - iova < 4 * (p.size() - 2))
		observer_.report(
			"cache", "CP_MEM_WRITE",
			std::format("of the fence at {:#x}, which CACHE_FLUSH_TS is to write",
				    *fence_iova_));
	for (std::size_t i = 2; i < p.size(); i++)
		memory_.write32(iova + 4 * (i - 2), p[i]);
	return Outcome::done;
}

/* With 64B the low half is read first, which latches the high one: a counter is read in one piece.
 */
Cp::Outcome Cp::reg_to_mem(Payload p)
{
	const std::uint32_t first = p[0] & register_mask;
	const std::uint32_t count = std::max(p[0] >> 18 & 0xfff, 1u);
	const bool wide = p[0] >> 30 & 1;
	const bool accumulate = p[0] >> 31;
	const std::uint64_t iova = join(p[1], p[2]);

	if (wide) {
		for (std::uint32_t i = 0; i < (count + 1) / 2; i++) {
			const std::uint32_t low = read_register(first + 2 * i);
			std::uint64_t value = join(low, read_register(first + 2 * i + 1));
			if (accumulate)
				value += memory_.read64(iova + 8 * i);
			memory_.write64(iova + 8 * i, value);
		}
		return Outcome::done;
	}
	for (std::uint32_t i = 0; i < count; i++) {
		std::uint32_t value = read_register(first + i);
		if (accumulate)
			value += memory_.read32(iova + 4 * i);
		memory_.write32(iova + 4 * i, value);
	}
	return Outcome::done;
}

Cp::Outcome Cp::mem_to_reg(Payload p)
{
	const std::uint32_t first = p[0] & register_mask;
	const std::uint32_t count = std::max(p[0] >> 19 & 0x7ff, 1u);
	const unsigned shift = p[0] >> 30 & 1 ? 2 : 0;
	const std::uint64_t iova = join(p[1], p[2]);

	for (std::uint32_t i = 0; i < count; i++)
		write_register(first + i, memory_.read32(iova + 4 * i) << shift);
	return Outcome::done;
}

/* destination = ±A ±B ±C, as many sources as there are */
Cp::Outcome Cp::mem_to_mem(Payload p)
{
	const bool wide = p[0] >> 29 & 1;
	const std::size_t sources = std::min<std::size_t>((p.size() - 3) / 2, 3);
	std::uint64_t sum = 0;

	for (std::size_t i = 0; i < sources; i++) {
		const std::uint64_t iova = join(p[3 + 2 * i], p[4 + 2 * i]);
		const std::uint64_t value = wide ? memory_.read64(iova) : memory_.read32(iova);
		sum += p[0] >> i & 1 ? -value : value;
	}
	if (wide)
		memory_.write64(join(p[1], p[2]), sum);
	else
		memory_.write32(join(p[1], p[2]), static_cast<std::uint32_t>(sum));
	return Outcome::done;
}

/* May be gigabytes; what was copied before a stall or a turn's end is not copied again. */
Cp::Outcome Cp::memcpy(Payload p)
{
	const std::uint64_t source = join(p[1], p[2]);
	const std::uint64_t destination = join(p[3], p[4]);

	while (progress_ < p[0]) {
		memory_.write32(destination + 4 * progress_,
				memory_.read32(source + 4 * progress_));
		progress_++;
		memory_.commit();
		spend(1);
		if (budget_ == 0 && progress_ < p[0])
			return Outcome::more;
	}
	return Outcome::done;
}

Cp::Outcome Cp::reg_rmw(Payload p)
{
	const std::uint32_t destination = p[0] & register_mask;
	const std::uint32_t source0 = p[0] >> 31 ? read_register(p[1] & register_mask) : p[1];
	const std::uint32_t source1 = p[0] >> 30 & 1 ? read_register(p[2] & register_mask) : p[2];
	const std::uint32_t kept = std::rotl(read_register(destination) & source0,
					     static_cast<int>(p[0] >> 24 & 0x1f));

	write_register(destination, p[0] >> 29 & 1 ? kept + source1 : kept | source1);
	return Outcome::done;
}

/* The tracker in the first word is about draws; without them it is a plain write. */
Cp::Outcome Cp::reg_write(Payload p)
{
	write_register(p[1] & register_mask, p[2]);
	return Outcome::done;
}

Cp::Outcome Cp::context_reg_bunch(Payload p)
{
	for (std::size_t i = 0; i + 1 < p.size(); i += 2)
		write_register(p[i] & register_mask, p[i + 1]);
	return Outcome::done;
}

Cp::Outcome Cp::reg_to_scratch(Payload p)
{
	const ScratchCopy copy(p[0]);

	for (std::uint32_t i = 0; i < copy.count; i++)
		write_register(copy.scratch_register(i), read_register(copy.first + i));
	return Outcome::done;
}

Cp::Outcome Cp::scratch_to_reg(Payload p)
{
	const ScratchCopy copy(p[0]);

	for (std::uint32_t i = 0; i < copy.count; i++)
		write_register(copy.first + i, read_register(copy.scratch_register(i)));
	return Outcome::done;
}

Cp::Outcome Cp::scratch_write(Payload p)
{
	for (std::uint32_t i = 1; i < p.size(); i++)
		write_register(reg::CP_SCRATCH + ((p[0] >> 20 & 7) + i - 1) % num_scratch, p[i]);
	return Outcome::done;
}

/* The 2D engine; its registers cannot change before the packet is over. */
Cp::Outcome Cp::blit(Payload p)
{
	constexpr std::uint32_t operation_scale = 3; /* what clients use for everything */

	if ((p[0] & 0xf) != operation_scale) {
		unsupported("CP_BLIT", std::format("operation {}", p[0] & 0xf));
		return Outcome::done;
	}
	const auto blit = Blit::decode(registers_);
	if (!blit) {
		unsupported("CP_BLIT", blit.error());
		return Outcome::done;
	}
	while (progress_ < blit->texels()) {
		blit->texel(memory_, progress_);
		progress_++;
		memory_.commit();
		spend(1);
		if (budget_ == 0 && progress_ < blit->texels())
			return Outcome::more;
	}
	return Outcome::done;
}

} // namespace vadreno
