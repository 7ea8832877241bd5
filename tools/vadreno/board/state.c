// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the board itself says of its power, as a file, /sys/kernel/debug/vboard/state: a line for each domain and each clock,
 * `NAME on` or `NAME off`, read from the board's registers. The kernel's own counts tell what was asked for.
 */
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/seq_file.h>

#include "vboard.h"

static void vboard_show_bits(struct seq_file *to, const char *const names[], unsigned int count,
			     u32 mask)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		seq_printf(to, "%s %s\n", names[i], mask & BIT(i) ? "on" : "off");
}

static int vboard_state_show(struct seq_file *to, void *unused)
{
	struct vboard *board = to->private;

	vboard_show_bits(to, vboard_domain_names, VBOARD_DOMAINS,
			 readl(board->control + VBOARD_DOMAINS_ON));
	vboard_show_bits(to, vboard_clock_names, VBOARD_NUM_CLOCKS,
			 readl(board->control + VBOARD_CLOCKS));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(vboard_state);

void vboard_add_state(struct vboard *board)
{
	debugfs_create_file("state", 0400, board->files, board, &vboard_state_fops);
}
