// SPDX-License-Identifier: GPL-2.0-only
/*
 * The board's injection plan as a file, /sys/kernel/debug/vboard/plan: what is written to it, in one write, goes wrong from
 * then on; what is read from it is the plan in force and how often each of its statements has happened.
 *
 * The board knows the grammar (Documentation/vadreno.rst), this file only carries text.
 */
#include <linux/debugfs.h>
#include <linux/io.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "vboard.h"

#define VBOARD_LONGEST_PLAN 4096

/* The board's text registers are a stream: one at a time. */
static DEFINE_MUTEX(vboard_plan_lock);

static ssize_t vboard_plan_write(struct file *file, const char __user *from, size_t count,
				 loff_t *pos)
{
	struct vboard *board = file->private_data;
	size_t i, padded = round_up(count, 4);
	u32 wrong;
	char *text;

	if (*pos || count > VBOARD_LONGEST_PLAN)
		return -EINVAL;
	text = kzalloc(padded, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	if (copy_from_user(text, from, count)) {
		kfree(text);
		return -EFAULT;
	}

	mutex_lock(&vboard_plan_lock);
	for (i = 0; i < padded; i += 4)
		writel(get_unaligned_le32(text + i), board->control + VBOARD_PLAN_TEXT);
	writel(0, board->control + VBOARD_PLAN_LOAD);
	wrong = readl(board->control + VBOARD_PLAN_LOAD);
	mutex_unlock(&vboard_plan_lock);
	kfree(text);

	if (wrong) {
		dev_err(&board->pdev->dev, "line %u of the plan is wrong\n", wrong);
		return -EINVAL;
	}
	return count;
}

static int vboard_plan_open(struct inode *inode, struct file *file)
{
	file->private_data = inode->i_private;
	return 0;
}

/* A status longer than one read is taken anew for each: what counts is read in one go. */
static ssize_t vboard_plan_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct vboard *board = file->private_data;
	size_t size = 0;
	ssize_t ret;
	char *text;
	u32 word;

	text = kzalloc(2 * VBOARD_LONGEST_PLAN, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	mutex_lock(&vboard_plan_lock);
	writel(0, board->control + VBOARD_PLAN_STATUS);
	do {
		word = readl(board->control + VBOARD_PLAN_STATUS);
		put_unaligned_le32(word, text + size);
		size += 4;
	} while (word && size < 2 * VBOARD_LONGEST_PLAN);
	mutex_unlock(&vboard_plan_lock);

	ret = simple_read_from_buffer(to, count, pos, text, strnlen(text, size));
	kfree(text);
	return ret;
}

static const struct file_operations vboard_plan_ops = {
	.owner = THIS_MODULE,
	.open = vboard_plan_open,
	.read = vboard_plan_read,
	.write = vboard_plan_write,
	.llseek = default_llseek,
};

void vboard_add_plan(struct vboard *board)
{
	debugfs_create_file("plan", 0600, board->files, board, &vboard_plan_ops);
}
