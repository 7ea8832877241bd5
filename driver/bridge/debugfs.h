/* SPDX-License-Identifier: GPL-2.0-only */
/* The driver's files below /sys/kernel/debug/dri/N. They go when the DRM device is unplugged. */
#ifndef MSMXX_BRIDGE_DEBUGFS_H
#define MSMXX_BRIDGE_DEBUGFS_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct dma_resv;
struct drm_printer;

enum bridge_debugfs_file {
	BRIDGE_DEBUGFS_COUNTERS,
	BRIDGE_DEBUGFS_GEM,
	BRIDGE_DEBUGFS_GPU,
	BRIDGE_DEBUGFS_RESET,
	BRIDGE_DEBUGFS_SCHED,
	BRIDGE_DEBUGFS_SHRINK,
	BRIDGE_DEBUGFS_COUNT,
};

/*
 * The fences of a reservation, which is held, a line each; only where @to is a debugfs file.
 */
void bridge_debugfs_describe_fences(struct drm_printer *to, struct dma_resv *resv);

/* From here to the end lockdep takes the thread for one that reclaims memory. */
void bridge_reclaim_begin(void);
void bridge_reclaim_end(void);

#ifndef __cplusplus
struct drm_minor;
/* For the DRM driver's debugfs_init. */
void bridge_debugfs_init(struct drm_minor *minor);
#endif

BRIDGE_END

#endif
