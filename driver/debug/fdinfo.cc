// SPDX-License-Identifier: GPL-2.0-only
/*
 * /proc/PID/fdinfo of an open DRM file: what gputop and nvtop show of a process. The DRM core has
 * written the driver's name and the client's number before, and adds its memory afterwards.
 *
 * The format is that of Documentation/gpu/drm-usage-stats.rst in Linux, the keys those of drm/msm.
 */

#include "entry_points.h"
#include "kernel/print.h"
#include "sched/context.h"
#include "sched/scheduler.h"

using namespace kernel;
using namespace msm;

void msmxx_show_fdinfo(struct drm_file *file, struct drm_printer *to)
{
	const Context &context = Context::of(file);

	print(to, "drm-engine-gpu:\t%llu ns\n", context.gpu_time());
	print(to, "drm-cycles-gpu:\t%llu\n", context.gpu_cycles());
	print(to, "drm-maxfreq-gpu:\t%llu Hz\n", context.scheduler().hardware().info().max_freq);
}
