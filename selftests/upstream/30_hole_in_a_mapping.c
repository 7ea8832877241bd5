// SPDX-License-Identifier: GPL-2.0-only
/* Defect 30: after the first pages of a mapping are unmapped the others show the wrong memory. */
#include "../fixture.h"

TEST_F(msm, pages_stay_where_they_are)
{
	struct buffer buffer;
	uint64_t offset = 0;
	volatile uint32_t *map;

	ASSERT_EQ(0, make_buffer(self->fd, 4 * PAGE, MSM_BO_WC, &buffer));
	for (uint32_t page = 0; page < 4; page++)
		buffer.map[page * PAGE / 4] = 100 + page;
	ASSERT_EQ(0, gem_info(self->fd, buffer.handle, MSM_INFO_GET_OFFSET, &offset));
	map = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, self->fd, offset);
	ASSERT_NE(MAP_FAILED, map);
	ASSERT_EQ(0, munmap((void *)map, 2 * PAGE));
	EXPECT_EQ(102, map[2 * PAGE / 4]);
	EXPECT_EQ(103, map[3 * PAGE / 4]);
}

TEST_HARNESS_MAIN
