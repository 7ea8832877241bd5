// SPDX-License-Identifier: GPL-2.0-only
/* Handles come and go: a file's address space keeps the mapping of a BO no longer than the file
 * knows it. */

#include "entry_points.h"
#include "gem/bo.h"
#include "kernel/entry.h"
#include "sched/context.h"

using namespace kernel;
using namespace msm;

int msmxx_bo_open(struct drm_gem_object *obj, struct drm_file *file)
{
	return to_errno(Context::of(file).vm().handle_opened(entry::work(), Bo::from(obj)));
}

void msmxx_bo_close(struct drm_gem_object *obj, struct drm_file *file)
{
	Context::of(file).vm().handle_closed(entry::work(), file, Bo::from(obj));
}
