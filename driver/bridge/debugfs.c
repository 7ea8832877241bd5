// SPDX-License-Identifier: GPL-2.0-only
#include <linux/debugfs.h>
#include <linux/dma-resv.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/seq_file.h>

#include <drm/drm_debugfs.h>
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>

#include "bridge/debugfs.h"
#include "entry_points.h"

/* What an inode points to; lives as long as the DRM device. */
struct entry {
	struct drm_device *dev;
	enum bridge_debugfs_file file;
};

static const struct {
	const char *name;
	umode_t mode;
} files[BRIDGE_DEBUGFS_COUNT] = {
	[BRIDGE_DEBUGFS_COUNTERS] = {"counters", 0444}, [BRIDGE_DEBUGFS_GEM] = {"gem", 0444},
	[BRIDGE_DEBUGFS_GPU] = {"gpu", 0400},           [BRIDGE_DEBUGFS_RESET] = {"reset", 0200},
	[BRIDGE_DEBUGFS_SCHED] = {"sched", 0444},       [BRIDGE_DEBUGFS_SHRINK] = {"shrink", 0600},
};

static int show(struct seq_file *m, void *data)
{
	struct entry *entry = m->private;
	struct drm_printer printer = drm_seq_file_printer(m);

	return msmxx_debugfs_show(entry->dev->dev_private, entry->file, &printer);
}

static int open(struct inode *inode, struct file *file)
{
	return single_open(file, show, inode->i_private);
}

static ssize_t write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	struct entry *entry = file_inode(file)->i_private;
	u64 value;
	int ret = kstrtoull_from_user(from, count, 0, &value);

	if (!ret)
		ret = msmxx_debugfs_write(entry->dev->dev_private, entry->file, value);
	return ret ?: count;
}

/* debugfs calls none of these but release once the file was removed, and waits for those inside. */
static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = open,
	.read = seq_read,
	.write = write,
	.llseek = seq_lseek,
	.release = single_release,
};

void bridge_debugfs_init(struct drm_minor *minor)
{
	struct entry *entries =
		drmm_kcalloc(minor->dev, BRIDGE_DEBUGFS_COUNT, sizeof(*entries), GFP_KERNEL);

	if (!entries)
		return;
	for (u32 i = 0; i < BRIDGE_DEBUGFS_COUNT; i++) {
		entries[i] = (struct entry){minor->dev, i};
		debugfs_create_file(files[i].name, files[i].mode, minor->debugfs_root, &entries[i],
				    &fops);
	}
}

void bridge_debugfs_describe_fences(struct drm_printer *to, struct dma_resv *resv)
{
	struct drm_printer like = drm_seq_file_printer(NULL);

	if (to->printfn == like.printfn)
		dma_resv_describe(resv, to->arg);
}

void bridge_reclaim_begin(void)
{
	fs_reclaim_acquire(GFP_KERNEL);
}

void bridge_reclaim_end(void)
{
	fs_reclaim_release(GFP_KERNEL);
}
