// SPDX-License-Identifier: GPL-2.0-only
#include "blitter.h"

#include <algorithm>
#include <format>
#include <iterator>

#include "names.h"

namespace vadreno {

namespace {

constexpr unsigned destination_alignment = 64, source_alignment = 16;

/* RB_A2D_BLT_CNTL, which GRAS_A2D_BLT_CNTL repeats */
struct Control {
	explicit Control(std::uint32_t word)
		: rotate(word & 7), solid(word >> 7 & 1), scissor(word >> 16 & 1),
		  mask(word >> 20 & 0xf)
	{
	}
	std::uint32_t rotate;
	bool solid, scissor;
	std::uint32_t mask;
};

/* RB_A2D_DEST_BUFFER_INFO, TPL1_A2D_SRC_TEXTURE_INFO */
struct SurfaceInfo {
	explicit SurfaceInfo(std::uint32_t word)
		: format(word & 0xff), swap(word >> 10 & 3), linear(!(word >> 8 & 3)),
		  plain(!(word >> 12 & 0xf)) /* no UBWC, sRGB, or samples */
	{
	}
	std::uint32_t format, swap;
	bool linear, plain;
};

/* Inclusive corners */
struct Rectangle {
	std::int32_t left, top, right, bottom;
	std::int64_t width() const { return std::int64_t{right} - left + 1; }
	std::int64_t height() const { return std::int64_t{bottom} - top + 1; }
};

/*
 * What clients choose for bytes: a format of which a copy changes no bit. Channels of integers
 * can also be filled.
 */
struct Format {
	std::uint32_t id;
	unsigned texel_bytes;
	unsigned channel_bytes; /* 0: a fill would have to convert the colour */
};
constexpr Format formats[] = {
	{0x03, 1, 0},  /* 8_UNORM */
	{0x05, 1, 1},  /* 8_UINT */
	{0x18, 2, 2},  /* 16_UINT */
	{0x30, 4, 0},  /* 8_8_8_8_UNORM */
	{0x33, 4, 1},  /* 8_8_8_8_UINT */
	{0x4b, 4, 4},  /* 32_UINT */
	{0x68, 8, 4},  /* 32_32_UINT */
	{0x83, 16, 4}, /* 32_32_32_32_UINT */
};

Rectangle destination_rectangle(const RegisterBlock &registers)
{
	const auto x = [](std::uint32_t word) {
		return static_cast<std::int32_t>(word & 0x3fff);
	};
	const auto y = [](std::uint32_t word) {
		return static_cast<std::int32_t>(word >> 16 & 0x3fff);
	};
	const std::uint32_t first = registers.get(reg::GRAS_A2D_DEST_TL);
	const std::uint32_t last = registers.get(reg::GRAS_A2D_DEST_BR);

	return {x(first), y(first), x(last), y(last)};
}

Rectangle source_rectangle(const RegisterBlock &registers)
{
	/* 24:8 is a signed integer; what is below is a fraction, which only scaling needs. */
	const auto coordinate = [&](std::uint32_t offset) {
		return static_cast<std::int32_t>(registers.get(offset) << 7) >> 15;
	};
	return {coordinate(reg::GRAS_A2D_SRC_XMIN), coordinate(reg::GRAS_A2D_SRC_YMIN),
		coordinate(reg::GRAS_A2D_SRC_XMAX), coordinate(reg::GRAS_A2D_SRC_YMAX)};
}

} // namespace

std::expected<Blit, std::string> Blit::decode(const RegisterBlock &registers)
{
	const std::uint32_t control_word = registers.get(reg::RB_A2D_BLT_CNTL);
	const Control control(control_word);
	if (registers.get(reg::GRAS_A2D_BLT_CNTL) != control_word)
		return std::unexpected("RB_A2D_BLT_CNTL and GRAS_A2D_BLT_CNTL differ");
	if (control.rotate || control.scissor || control.mask != 0xf)
		return std::unexpected(std::format(
			"RB_A2D_BLT_CNTL {:#x}: rotation, scissor or mask", control_word));

	const SurfaceInfo to(registers.get(reg::RB_A2D_DEST_BUFFER_INFO));
	const auto format = std::ranges::find(formats, to.format, &Format::id);
	if (!to.linear || !to.plain)
		return std::unexpected(
			"the destination is tiled, compressed, sRGB or multisampled");
	if (format == std::end(formats))
		return std::unexpected(std::format("format {:#x}", to.format));

	Blit blit;
	const Rectangle target = destination_rectangle(registers);
	if (target.width() <= 0 || target.height() <= 0)
		return std::unexpected("the destination is empty");
	blit.width_ = static_cast<std::uint32_t>(target.width());
	blit.height_ = static_cast<std::uint32_t>(target.height());
	blit.texel_bytes_ = format->texel_bytes;
	blit.channel_bytes_ = format->channel_bytes;

	const auto surface = [&](std::uint64_t base, std::uint32_t pitch,
				 const Rectangle &rectangle) {
		return Surface{
			base + std::uint64_t{pitch} * static_cast<std::uint32_t>(rectangle.top) +
				std::uint64_t{blit.texel_bytes_} *
					static_cast<std::uint32_t>(rectangle.left),
			pitch};
	};
	const std::uint64_t base = registers.get64(reg::RB_A2D_DEST_BUFFER_BASE);
	if (base % destination_alignment)
		return std::unexpected(std::format("destination {:#x} is not aligned to {}", base,
						   destination_alignment));
	blit.destination_ =
		surface(base, (registers.get(reg::RB_A2D_DEST_BUFFER_PITCH) & 0xffff) << 6, target);

	blit.solid_ = control.solid;
	if (control.solid) {
		if (!format->channel_bytes || to.swap)
			return std::unexpected(
				std::format("a fill of format {:#x}, swap {}", to.format, to.swap));
		for (std::uint32_t i = 0; i < blit.colour_.size(); i++)
			blit.colour_[i] = registers.get(reg::RB_A2D_CLEAR_COLOR_DW0 + i);
		return blit;
	}

	const SurfaceInfo from(registers.get(reg::TPL1_A2D_SRC_TEXTURE_INFO));
	const Rectangle area = source_rectangle(registers);
	const std::uint32_t size = registers.get(reg::TPL1_A2D_SRC_TEXTURE_SIZE);
	const std::uint64_t source = registers.get64(reg::TPL1_A2D_SRC_TEXTURE_BASE);
	if (!from.linear || !from.plain || from.format != to.format || from.swap != to.swap)
		return std::unexpected(std::format(
			"a copy of format {:#x} to {:#x}, or of a surface that is not linear",
			from.format, to.format));
	if (area.width() != target.width() || area.height() != target.height())
		return std::unexpected(std::format("scaling from {}x{} to {}x{}", area.width(),
						   area.height(), target.width(), target.height()));
	if (area.left < 0 || area.top < 0 ||
	    area.right >= static_cast<std::int32_t>(size & 0x7fff) ||
	    area.bottom >= static_cast<std::int32_t>(size >> 15 & 0x7fff))
		return std::unexpected("the rectangle reaches beyond its source");
	if (source % source_alignment)
		return std::unexpected(
			std::format("source {:#x} is not aligned to {}", source, source_alignment));
	blit.source_ = surface(
		source, (registers.get(reg::TPL1_A2D_SRC_TEXTURE_PITCH) >> 9 & 0x7fff) << 6, area);
	return blit;
}

void Blit::texel(GpuMemory &memory, std::uint64_t index) const
{
	const std::uint64_t row = index / width_, column = index % width_;
	const std::uint64_t to =
		destination_.iova + row * destination_.pitch + column * texel_bytes_;
	const std::uint64_t from = source_.iova + row * source_.pitch + column * texel_bytes_;

	if (!solid_ && texel_bytes_ >= 4) {
		for (unsigned i = 0; i < texel_bytes_; i += 4)
			memory.write_part(to + i,
					  memory.read_part(from + i, 4, GpuMemory::texture_pipe), 4,
					  GpuMemory::ccu);
		return;
	}
	const unsigned part = solid_ ? channel_bytes_ : texel_bytes_;
	for (unsigned i = 0; i < texel_bytes_; i += part) {
		const std::uint32_t value =
			solid_ ? colour_[i / part]
			       : memory.read_part(from + i, part, GpuMemory::texture_pipe);
		memory.write_part(to + i, value, part, GpuMemory::ccu);
	}
}

} // namespace vadreno
