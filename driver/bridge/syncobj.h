/* SPDX-License-Identifier: GPL-2.0-only */
/* drm_syncobj: fences under handles, with points on a timeline. */
#ifndef MSMXX_BRIDGE_SYNCOBJ_H
#define MSMXX_BRIDGE_SYNCOBJ_H

#include "bridge/types.h"

struct dma_fence;
struct dma_fence_chain;
struct drm_file;
struct drm_syncobj;

BRIDGE_BEGIN

/* A new reference in *fence; point 0 is a binary syncobj's. Negative errno when there is no such
 * handle or fence. */
int bridge_syncobj_find_fence(struct drm_file *file, u32 handle, u64 point,
			      struct dma_fence **fence);
/* A new reference, or NULL. */
struct drm_syncobj *bridge_syncobj_find(struct drm_file *file, u32 handle);
void bridge_syncobj_put(struct drm_syncobj *syncobj);
void bridge_syncobj_replace_fence(struct drm_syncobj *syncobj, struct dma_fence *fence);

/* add_point takes the chain; it allocates nothing. */
struct dma_fence_chain *bridge_fence_chain_alloc(void);
void bridge_fence_chain_free(struct dma_fence_chain *chain);
void bridge_syncobj_add_point(struct drm_syncobj *syncobj, struct dma_fence_chain *chain,
			      struct dma_fence *fence, u64 point);

BRIDGE_END

#endif
