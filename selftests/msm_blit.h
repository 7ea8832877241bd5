/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The 2D engine, which unlike the CP works on bytes: rows of them are filled or copied.
 *
 * Source of the registers' layouts: the A2D registers in a6xx.xml of Linux' register database.
 */
#pragma once

#include "msm_job.h"

enum a2d_register {
#define REG(name, offset)   name = offset,
#define REG64(name, offset) name = offset,
#include "driver/adreno/a6xx_registers.def"
};

/** job_registers() - the header of a write to @count registers from @first on; their values follow */
static inline void job_registers(struct job *job, uint32_t first, uint32_t count)
{
	job_word(job,
		 4u << 28 | odd_parity(first) << 27 | first << 8 | odd_parity(count) << 7 | count);
}

/* Surfaces begin at multiples of 64 bytes; what is wanted of them begins at this column. */
static inline uint32_t blit_column(uint64_t address)
{
	return address % 64;
}

static inline void job_blit(struct job *job, uint64_t to, uint32_t bytes, uint32_t format,
			    bool solid)
{
	const uint32_t all_channels = 0x07f00000, scale = 3;
	uint32_t control = all_channels | (solid ? 1u << 7 : 0) | format << 8;
	uint32_t column = blit_column(to);

	job_registers(job, RB_A2D_BLT_CNTL, 1);
	job_word(job, control);
	job_registers(job, GRAS_A2D_BLT_CNTL, 1);
	job_word(job, control);
	job_registers(job, RB_A2D_DEST_BUFFER_INFO, 4);
	job_word(job, format);
	job_address(job, to - column);
	job_word(job, 0);
	job_registers(job, GRAS_A2D_DEST_TL, 2);
	job_word(job, column);
	job_word(job, column + bytes - 1);
	job_packet(job, CP_BLIT, 1);
	job_word(job, scale);
}

/** job_fill() - @bytes from @to on become @value; any addresses, to the byte */
static inline void job_fill(struct job *job, uint64_t to, uint8_t value, uint32_t bytes)
{
	const uint32_t r8_uint = 5;

	job_registers(job, RB_A2D_CLEAR_COLOR_DW0, 4);
	for (int i = 0; i < 4; i++)
		job_word(job, value);
	job_blit(job, to, bytes, r8_uint, true);
}

/** job_copy() - @bytes from @from to @to; any addresses, to the byte */
static inline void job_copy(struct job *job, uint64_t to, uint64_t from, uint32_t bytes)
{
	const uint32_t r8_unorm = 3;
	uint32_t column = blit_column(from);

	job_registers(job, TPL1_A2D_SRC_TEXTURE_INFO, 5);
	job_word(job, r8_unorm);
	job_word(job, (column + bytes) | 1u << 15);
	job_address(job, from - column);
	job_word(job, 0);
	job_registers(job, GRAS_A2D_SRC_XMIN, 4);
	job_word(job, column << 8);
	job_word(job, (column + bytes - 1) << 8);
	job_word(job, 0);
	job_word(job, 0);
	job_blit(job, to, bytes, r8_unorm, false);
}
