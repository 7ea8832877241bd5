/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The 2D engine (A2D): copies a rectangle of texels, or fills one, as its registers say when
 * CP_BLIT comes.
 *
 * Modelled is what clients use to move bytes in buffers: linear surfaces, one format on both sides,
 * no scaling. Register layouts: the A2D registers in a6xx.xml of Linux' register database.
 */
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <string>

#include "gpu_memory.h"
#include "register_block.h"

namespace vadreno {

/**
 * Blit - one operation of the 2D engine, texel by texel, so that it can be interrupted between
 * two.
 */
class Blit {
public:
	/** decode() - what the registers describe now; or what about it is not modelled. */
	static std::expected<Blit, std::string> decode(const RegisterBlock &registers);

	std::uint64_t texels() const { return std::uint64_t{width_} * height_; }
	/**
	 * texel() - do the part with this @index, row by row from the top left. Throws
	 * MemoryStall.
	 */
	void texel(GpuMemory &memory, std::uint64_t index) const;

private:
	/* A linear surface, its address that of the rectangle's first texel. Sizes are in bytes. */
	struct Surface {
		std::uint64_t iova;
		std::uint32_t pitch;
	};

	Blit() = default;

	std::array<std::uint32_t, 4> colour_{};
	Surface destination_{};
	Surface source_{};
	std::uint32_t width_ = 0, height_ = 0;
	unsigned texel_bytes_ = 0;
	unsigned channel_bytes_ = 0;
	bool solid_ = false;
};

} // namespace vadreno
