// SPDX-License-Identifier: GPL-2.0-only
#include <linux/dma-fence-chain.h>

#include <drm/drm_syncobj.h>

#include "bridge/syncobj.h"

int bridge_syncobj_find_fence(struct drm_file *file, u32 handle, u64 point,
			      struct dma_fence **fence)
{
	return drm_syncobj_find_fence(file, handle, point, 0, fence);
}

struct drm_syncobj *bridge_syncobj_find(struct drm_file *file, u32 handle)
{
	return drm_syncobj_find(file, handle);
}

void bridge_syncobj_put(struct drm_syncobj *syncobj)
{
	drm_syncobj_put(syncobj);
}

void bridge_syncobj_replace_fence(struct drm_syncobj *syncobj, struct dma_fence *fence)
{
	drm_syncobj_replace_fence(syncobj, fence);
}

struct dma_fence_chain *bridge_fence_chain_alloc(void)
{
	return dma_fence_chain_alloc();
}

void bridge_fence_chain_free(struct dma_fence_chain *chain)
{
	dma_fence_chain_free(chain);
}

void bridge_syncobj_add_point(struct drm_syncobj *syncobj, struct dma_fence_chain *chain,
			      struct dma_fence *fence, u64 point)
{
	drm_syncobj_add_point(syncobj, chain, fence, point);
}
