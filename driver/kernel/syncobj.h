/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DRM sync objects. Taking a fence out may fail; putting one in is split: SyncobjSignal does
 * beforehand all that can, so that publishing a job cannot fail.
 */
#pragma once

#include <utility>

#include "bridge/syncobj.h"
#include "kernel/contexts.h"
#include "kernel/fence.h"
#include "kernel/result.h"

namespace kernel {

/**
 * syncobj_fence() - what a syncobj holds
 * @point: of its timeline, 0 for the newest
 *
 * Return: ENOENT without such a syncobj, EINVAL without a fence at @point.
 */
inline Result<Fence> syncobj_fence(MayAlloc, struct drm_file *file, u32 handle, u64 point)
{
	struct dma_fence *fence = nullptr;

	TRY(from_errno(bridge_syncobj_find_fence(file, handle, point, &fence)));
	return Fence::adopt(fence);
}

/** class SyncobjSignal - a syncobj that is to get a fence. May be empty. */
class SyncobjSignal {
public:
	constexpr SyncobjSignal() = default;
	SyncobjSignal(SyncobjSignal &&other)
		: syncobj_(std::exchange(other.syncobj_, nullptr)),
		  chain_(std::exchange(other.chain_, nullptr)), point_(other.point_)
	{
	}
	SyncobjSignal &operator=(SyncobjSignal &&other)
	{
		std::swap(syncobj_, other.syncobj_);
		std::swap(chain_, other.chain_);
		std::swap(point_, other.point_);
		return *this;
	}
	~SyncobjSignal()
	{
		if (chain_)
			bridge_fence_chain_free(chain_);
		if (syncobj_)
			bridge_syncobj_put(syncobj_);
	}

	/**
	 * create() - Looks the syncobj up.
	 * @point: of its timeline, or 0 to replace what it holds
	 *
	 * Return: ENOENT without such a syncobj, ENOMEM.
	 */
	static Result<SyncobjSignal> create(MayAlloc, struct drm_file *file, u32 handle, u64 point)
	{
		SyncobjSignal signal;

		signal.point_ = point;
		signal.syncobj_ = bridge_syncobj_find(file, handle);
		if (!signal.syncobj_)
			return err(ENOENT);
		if (point) {
			signal.chain_ = bridge_fence_chain_alloc();
			if (!signal.chain_)
				return err(ENOMEM);
		}
		return signal;
	}

	/** publish() - Puts @fence in; once. An empty fence, with point 0, empties the syncobj. */
	void publish(Signalling, const Fence &fence)
	{
		if (!syncobj_)
			return;
		if (chain_)
			bridge_syncobj_add_point(syncobj_, std::exchange(chain_, nullptr),
						 fence.raw(), point_);
		else
			bridge_syncobj_replace_fence(syncobj_, fence.raw());
	}

private:
	struct drm_syncobj *syncobj_ = nullptr;
	struct dma_fence_chain *chain_ = nullptr;
	u64 point_ = 0;
};

} // namespace kernel
