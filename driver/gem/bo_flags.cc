// SPDX-License-Identifier: GPL-2.0-only
#include "gem/bo_flags.h"

namespace msm {

using namespace kernel;

Result<BoFlags> BoFlags::parse(u32 flags, bool coherent_allowed)
{
	if (flags & ~u32{BRIDGE_BO_ALL})
		return err(EINVAL);

	if (flags & BRIDGE_BO_UNCACHED)
		flags = (flags & ~u32{BRIDGE_BO_CACHE_MASK}) | BRIDGE_BO_WC;

	switch (flags & BRIDGE_BO_CACHE_MASK) {
	case BRIDGE_BO_CACHED:
		return BoFlags(flags, CacheMode::cached, false);
	case BRIDGE_BO_WC:
		return BoFlags(flags, CacheMode::write_combined, false);
	case BRIDGE_BO_CACHED_COHERENT:
		if (coherent_allowed)
			return BoFlags(flags, CacheMode::coherent, false);
		break;
	}
	return err(EINVAL);
}

} // namespace msm
