// SPDX-License-Identifier: GPL-2.0-only
/*
 * The chips.
 *
 * Source of the values: Linux, drivers/gpu/drm/msm/adreno/a6xx_catalog.c and a6xx_gpu.c (7.2).
 */
#include "adreno/catalog.h"

#include "adreno/a6xx_fields.h"

namespace msm::adreno {

namespace {

/*
 * One span of CP_PROTECT: bit 31 denies reads too, the length less one at bit 18, the first
 * register at bit 0.
 */
constexpr u32 read_only(u32 first, u32 length)
{
	return (length & 0x3fff) << 18 | (first & 0x3ffff);
}

constexpr u32 no_access(u32 first, u32 length)
{
	return 1u << 31 | read_only(first, length);
}

constexpr u32 a630_protect[] = {
	read_only(0x00000, 0x04ff), read_only(0x00501, 0x0005), read_only(0x0050b, 0x02f4),
	no_access(0x0050e, 0x0000), no_access(0x00510, 0x0000), no_access(0x00534, 0x0000),
	no_access(0x00800, 0x0082), no_access(0x008a0, 0x0008), no_access(0x008ab, 0x0024),
	read_only(0x008de, 0x00ae), no_access(0x00900, 0x004d), no_access(0x0098d, 0x0272),
	no_access(0x00e00, 0x0001), no_access(0x00e03, 0x000c), no_access(0x03c00, 0x00c3),
	read_only(0x03cc4, 0x1fff), no_access(0x08630, 0x01cf), no_access(0x08e00, 0x0000),
	no_access(0x08e08, 0x0000), no_access(0x08e50, 0x001f), no_access(0x09624, 0x01db),
	no_access(0x09e70, 0x0001), no_access(0x09e78, 0x0187), no_access(0x0a630, 0x01cf),
	no_access(0x0ae02, 0x0000), no_access(0x0ae50, 0x032f), no_access(0x0b604, 0x0000),
	no_access(0x0be02, 0x0001), no_access(0x0be20, 0x17df), no_access(0x0f000, 0x0bff),
	read_only(0x0fc00, 0x1fff), no_access(0x11c00, 0x0000),
};

/* One slice of each block, as the a610 and the a612 have. */
constexpr RegValue single_slice_clock_gating[] = {
	{reg::RBBM_CLOCK_CNTL_SP0, 0x22222222},
	{reg::RBBM_CLOCK_CNTL2_SP0, 0x02222220},
	{reg::RBBM_CLOCK_DELAY_SP0, 0x00000081},
	{reg::RBBM_CLOCK_HYST_SP0, 0x0000f3cf},
	{reg::RBBM_CLOCK_CNTL_TP0, 0x22222222},
	{reg::RBBM_CLOCK_CNTL2_TP0, 0x22222222},
	{reg::RBBM_CLOCK_CNTL3_TP0, 0x22222222},
	{reg::RBBM_CLOCK_CNTL4_TP0, 0x00022222},
	{reg::RBBM_CLOCK_DELAY_TP0, 0x11111111},
	{reg::RBBM_CLOCK_DELAY2_TP0, 0x11111111},
	{reg::RBBM_CLOCK_DELAY3_TP0, 0x11111111},
	{reg::RBBM_CLOCK_DELAY4_TP0, 0x00011111},
	{reg::RBBM_CLOCK_HYST_TP0, 0x77777777},
	{reg::RBBM_CLOCK_HYST2_TP0, 0x77777777},
	{reg::RBBM_CLOCK_HYST3_TP0, 0x77777777},
	{reg::RBBM_CLOCK_HYST4_TP0, 0x00077777},
	{reg::RBBM_CLOCK_CNTL_RB0, 0x22222222},
	{reg::RBBM_CLOCK_CNTL2_RB0, 0x01202222},
	{reg::RBBM_CLOCK_CNTL_CCU0, 0x00002220},
	{reg::RBBM_CLOCK_HYST_RB_CCU0, 0x00040f00},
	{reg::RBBM_CLOCK_CNTL_RAC, 0x05522022},
	{reg::RBBM_CLOCK_CNTL2_RAC, 0x00005555},
	{reg::RBBM_CLOCK_DELAY_RAC, 0x00000011},
	{reg::RBBM_CLOCK_HYST_RAC, 0x00445044},
	{reg::RBBM_CLOCK_CNTL_TSE_RAS_RBBM, 0x04222222},
	{reg::RBBM_CLOCK_MODE_VFD, 0x00002222},
	{reg::RBBM_CLOCK_MODE_GPC, 0x02222222},
	{reg::RBBM_CLOCK_DELAY_HLSQ_2, 0x00000002},
	{reg::RBBM_CLOCK_MODE_HLSQ, 0x00002222},
	{reg::RBBM_CLOCK_DELAY_TSE_RAS_RBBM, 0x00004000},
	{reg::RBBM_CLOCK_DELAY_VFD, 0x00002222},
	{reg::RBBM_CLOCK_DELAY_GPC, 0x00000200},
	{reg::RBBM_CLOCK_DELAY_HLSQ, 0x00000000},
	{reg::RBBM_CLOCK_HYST_TSE_RAS_RBBM, 0x00000000},
	{reg::RBBM_CLOCK_HYST_VFD, 0x00000000},
	{reg::RBBM_CLOCK_HYST_GPC, 0x04104004},
	{reg::RBBM_CLOCK_HYST_HLSQ, 0x00000000},
	{reg::RBBM_CLOCK_CNTL_UCHE, 0x22222222},
	{reg::RBBM_CLOCK_HYST_UCHE, 0x00000004},
	{reg::RBBM_CLOCK_DELAY_UCHE, 0x00000002},
	{reg::RBBM_ISDB_CNT, 0x00000182},
	{reg::RBBM_RAC_THRESHOLD_CNT, 0x00000000},
	{reg::RBBM_SP_HYST_CNT, 0x00000000},
	{reg::RBBM_CLOCK_CNTL_GMU_GX, 0x00000222},
	{reg::RBBM_CLOCK_DELAY_GMU_GX, 0x00000111},
	{reg::RBBM_CLOCK_HYST_GMU_GX, 0x00000555},
};

constexpr ChipInfo chips[] = {
	{
		.chip_id = 0x06010000,
		.revn = 610,
		.sqe_firmware = "a630_sqe.fw",
		.gmem_bytes = (128 + 4) * 1024,
		.gmem_base = 0x100000,
		.va_4g = true,
		.uche_trap_base = 0x1fffffffff000,
		.clock_gating =
			{
				.blocks = single_slice_clock_gating,
				.clock_cntl = 0xaaa8aa82,
				.gmu_mode = 0x00020202,
				.gmu_delay = 0x10111,
				.gmu_hysteresis = 0x5555,
			},
		.protect = a630_protect,
		.ubwc =
			{
				.highest_bank_bit = 13,
				.swizzle = 0x7,
				.macrotile_mode = false,
				.ubwc_1_0 = true,
				.min_access_64b = true,
				.amsbc = false,
				.rgb565_predicator = false,
			},
		.gbif_qsb = 0x00071620,
		.gbif_client_qos = 0x3,
		.cp_roq_thresholds_1 = 0x40201b16,
		.cp_roq_thresholds_2 = 0x00800060,
		.cp_mem_pool_size = 48,
		.pc_dbg_eco_cntl = 0x00080000,
		.hang_cycles = 0x3ffff,
		.autosuspend_ms = 66,
	},
};

constexpr bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Takes @prefix off the front of @text. */
constexpr bool skip(std::string_view &text, std::string_view prefix)
{
	if (!text.starts_with(prefix))
		return false;
	text.remove_prefix(prefix.size());
	return true;
}

/* Takes up to @max_digits digits of @base off the front of @text; false if there is none. */
constexpr bool number(std::string_view &text, u32 base, u32 max_digits, u32 &value)
{
	u32 digits = 0;

	for (value = 0; digits < max_digits && !text.empty(); digits++) {
		char c = text.front();
		u32 digit;

		if (is_digit(c))
			digit = static_cast<u32>(c - '0');
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = static_cast<u32>(c - 'a') + 10;
		else
			break;
		value = value * base + digit;
		text.remove_prefix(1);
	}
	return digits > 0;
}

} // namespace

const ChipInfo *find_chip(u32 chip_id)
{
	for (const ChipInfo &chip : chips)
		if (chip.chip_id == chip_id)
			return &chip;
	return nullptr;
}

Result<u32> parse_compatible(std::string_view compatible)
{
	std::string_view dotted = compatible;
	u32 name, patch;

	if ((skip(dotted, "qcom,adreno-") || skip(dotted, "amd,imageon-")) &&
	    number(dotted, 10, 4, name) && skip(dotted, ".") && number(dotted, 10, 3, patch) &&
	    dotted.empty() && name / 100 <= 0xff && patch <= 0xff)
		return (name / 100) << 24 | (name / 10 % 10) << 16 | (name % 10) << 8 | patch;

	std::string_view hex = compatible;
	u32 id;

	if (skip(hex, "qcom,adreno-") && hex.size() == 8 && number(hex, 16, 8, id) && hex.empty())
		return id;

	return err(EINVAL);
}

} // namespace msm::adreno
