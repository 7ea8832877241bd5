/* SPDX-License-Identifier: GPL-2.0-only */
/* MSM_BO_x, checked once and then in one form everywhere. */
#pragma once

#include "kernel/gem.h"
#include "kernel/result.h"
#include "kernel/types.h"

namespace msm {

/** enum class CacheMode - how the CPU maps a BO, and whether the GPU looks into the CPU's caches */
enum class CacheMode : u8 { cached, write_combined, coherent };

/** class BoFlags - what a BO was created with */
class BoFlags {
public:
	/**
	 * BoFlags::parse() - from userspace
	 * @flags: MSM_BO_x. MSM_BO_UNCACHED means write-combined, whatever else is given.
	 * @coherent_allowed: whether this GPU can snoop
	 *
	 * Return: EINVAL for unknown flags, and for no or more than one cache mode.
	 */
	static kernel::Result<BoFlags> parse(u32 flags, bool coherent_allowed);

	/** BoFlags::internal() - for the driver's own BOs: write-combined, not private */
	static constexpr BoFlags internal()
	{
		return BoFlags(BRIDGE_BO_WC, CacheMode::write_combined, false);
	}
	/** read_only() - the same, but the GPU cannot write */
	constexpr BoFlags read_only() const
	{
		return BoFlags(flags_ | BRIDGE_BO_GPU_READONLY, cache_, privileged_);
	}
	/** privileged() - the same, but only privileged GPU accesses may touch it */
	constexpr BoFlags privileged() const { return BoFlags(flags_, cache_, true); }

	/** uapi() - as GEM_INFO tells them: MSM_BO_x with exactly one cache mode */
	constexpr u32 uapi() const { return flags_; }
	constexpr CacheMode cache() const { return cache_; }
	constexpr bool is_read_only() const { return flags_ & BRIDGE_BO_GPU_READONLY; }
	constexpr bool is_private() const { return flags_ & BRIDGE_BO_NO_SHARE; }
	constexpr bool is_privileged() const { return privileged_; }

private:
	constexpr BoFlags(u32 flags, CacheMode cache, bool privileged)
		: flags_(flags), cache_(cache), privileged_(privileged)
	{
	}

	u32 flags_;
	CacheMode cache_;
	bool privileged_;
};

} // namespace msm
