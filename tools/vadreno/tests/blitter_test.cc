// SPDX-License-Identifier: GPL-2.0-only
/* The 2D engine behind CP_BLIT, through its registers. */
#include "board_fixture.h"

namespace vadreno {
namespace {

using namespace std::chrono_literals;

class Blitter : public BoardFixture {
protected:
	static constexpr std::uint32_t copy = 0x07f00000, solid = copy | 1u << 7;
	static constexpr std::uint32_t r8 = 0x03, r32 = 0x4b, rgba32 = 0x83;

	static Words control(std::uint32_t word, std::uint32_t format)
	{
		return pkt4(reg::RB_A2D_BLT_CNTL, {word | format << 8});
	}
	static Words control_gras(std::uint32_t word, std::uint32_t format)
	{
		return pkt4(reg::GRAS_A2D_BLT_CNTL, {word | format << 8});
	}
	static Words destination(std::uint32_t format, std::uint64_t offset, std::uint32_t pitch)
	{
		return pkt4(reg::RB_A2D_DEST_BUFFER_INFO, {format, low(data_address(offset)),
							   high(data_address(offset)), pitch >> 6});
	}
	static Words rectangle(std::uint32_t left, std::uint32_t top, std::uint32_t right,
			       std::uint32_t bottom)
	{
		return pkt4(reg::GRAS_A2D_DEST_TL, {left | top << 16, right | bottom << 16});
	}
	static Words source(std::uint32_t format, std::uint64_t offset, std::uint32_t pitch,
			    std::uint32_t width, std::uint32_t height)
	{
		return pkt4(reg::TPL1_A2D_SRC_TEXTURE_INFO,
			    {format, width | height << 15, low(data_address(offset)),
			     high(data_address(offset)), pitch >> 6 << 9});
	}
	static Words area(std::uint32_t left, std::uint32_t top, std::uint32_t right,
			  std::uint32_t bottom)
	{
		return pkt4(reg::GRAS_A2D_SRC_XMIN, {left << 8, right << 8, top << 8, bottom << 8});
	}
	static Words colour(std::uint32_t r, std::uint32_t g, std::uint32_t b, std::uint32_t a)
	{
		return pkt4(reg::RB_A2D_CLEAR_COLOR_DW0, {r, g, b, a});
	}
	static Words go() { return pkt7(pm4::CP_BLIT, {3}); }

	void expect_unsupported(std::string_view what)
	{
		ASSERT_EQ(observer_.reports.size(), 1u);
		EXPECT_NE(observer_.reports.front().find(what), std::string::npos)
			<< observer_.reports.front();
		EXPECT_TRUE(idle()) << "it is skipped";
	}
};

TEST_F(Blitter, FillsARectangle)
{
	run_ib({control(solid, r32), control_gras(solid, r32), colour(0xabcd, 1, 2, 3),
		destination(r32, 0x40, 64), rectangle(3, 1, 4, 2), go()});
	for (std::uint32_t row = 0; row < 4; row++)
		for (std::uint32_t column = 0; column < 16; column++) {
			const bool inside = (row == 1 || row == 2) && (column == 3 || column == 4);
			EXPECT_EQ(data(0x40 + 64 * row + 4 * column), inside ? 0xabcdu : 0u)
				<< row << "," << column;
		}
	expect_no_reports();
}

TEST_F(Blitter, FillsFourChannels)
{
	run_ib({control(solid, rgba32), control_gras(solid, rgba32), colour(1, 2, 3, 4),
		destination(rgba32, 0, 0), rectangle(1, 0, 1, 0), go()});
	EXPECT_EQ(data(0xc), 0u);
	for (std::uint32_t i = 0; i < 4; i++)
		EXPECT_EQ(data(0x10 + 4 * i), i + 1);
	EXPECT_EQ(data(0x20), 0u);
	expect_no_reports();
}

TEST_F(Blitter, CopiesBetweenPitchesAndAcrossAPage)
{
	for (std::uint32_t i = 0; i < 3 * 32; i++)
		set_data(4 * i, 0x100 + i);
	run_ib({control(copy, r32), control_gras(copy, r32), source(r32, 0, 128, 20, 3),
		area(2, 1, 6, 2), destination(r32, 0xfc0, 64), rectangle(14, 0, 18, 1), go()});
	for (std::uint32_t row = 0; row < 2; row++)
		for (std::uint32_t i = 0; i < 5; i++)
			EXPECT_EQ(data(0xfc0 + 64 * row + 4 * (14 + i)),
				  0x100 + 32 * (row + 1) + 2 + i)
				<< row << "," << i;
	EXPECT_EQ(data(0xfc0 + 4 * 13), 0u);
	expect_no_reports();
}

TEST_F(Blitter, CopiesBytesAndLeavesTheirNeighbours)
{
	set_data(0, 0x44332211);
	set_data(4, 0x88776655);
	set_data(0x1000, 0xffffffff);
	set_data(0x1004, 0xffffffff);
	run_ib({control(copy, r8), control_gras(copy, r8), source(r8, 0, 0, 8, 1), area(3, 0, 5, 0),
		destination(r8, 0x1000, 0), rectangle(2, 0, 4, 0), go()});
	EXPECT_EQ(data(0x1000), 0x5544ffffu);
	EXPECT_EQ(data(0x1004), 0xffffff66u);
	expect_no_reports();
}

TEST_F(Blitter, ALongFillTakesTurns)
{
	start();
	emit_ib(0, place_code(0, {control(solid, r32), control_gras(solid, r32), colour(7, 0, 0, 0),
				  destination(r32, 0, 4096), rectangle(0, 0, 1023, 7), go()}));
	reg_set(reg::CP_RB_WPTR, wptr_);
	EXPECT_EQ(board_.run(64), 0ns);
	EXPECT_FALSE(idle());
	run();
	EXPECT_TRUE(idle());
	for (std::uint64_t offset = 0; offset < 0x8000; offset += 4)
		ASSERT_EQ(data(offset), 7u) << offset;
	EXPECT_EQ(data(0x8000), 0u);
	expect_no_reports();
}

/* Hardware takes these from different units; clients write both. */
TEST_F(Blitter, TheTwoControlRegistersMustAgree)
{
	run_ib({control(solid, r32), destination(r32, 0, 0), rectangle(0, 0, 0, 0), go()});
	expect_unsupported("differ");
	EXPECT_EQ(data(0), 0u);
}

TEST_F(Blitter, ScalingIsNotModelled)
{
	run_ib({control(copy, r32), control_gras(copy, r32), source(r32, 0, 64, 8, 8),
		area(0, 0, 3, 0), destination(r32, 0x1000, 64), rectangle(0, 0, 7, 0), go()});
	expect_unsupported("scaling");
}

TEST_F(Blitter, ARectangleEndsWithItsSource)
{
	run_ib({control(copy, r32), control_gras(copy, r32), source(r32, 0, 64, 4, 1),
		area(1, 0, 4, 0), destination(r32, 0x1000, 64), rectangle(1, 0, 4, 0), go()});
	expect_unsupported("beyond its source");
}

TEST_F(Blitter, TiledSurfacesAreNotModelled)
{
	run_ib({control(solid, r32), control_gras(solid, r32), destination(r32 | 3u << 8, 0, 64),
		rectangle(0, 0, 1, 0), go()});
	expect_unsupported("tiled");
}

TEST_F(Blitter, TheDestinationIsAligned)
{
	run_ib({control(solid, r32), control_gras(solid, r32), destination(r32, 0x20, 64),
		rectangle(0, 0, 1, 0), go()});
	expect_unsupported("not aligned");
}

} // namespace
} // namespace vadreno
