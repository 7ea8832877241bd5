/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a test can make the driver fail while it comes up; see bridge/fail_point.h. */
#pragma once

#include "bridge/fail_point.h"
#include "kernel/contexts.h"
#include "kernel/result.h"

namespace kernel {

/** fail_point() - ENOMEM if this is the step that is to fail */
inline Result<void> fail_point(MayAlloc)
{
	return from_errno(bridge_fail_point());
}

/** attempt() - what @make returns, or ENOMEM if this is the step that is to fail */
template <typename Make>
auto attempt(MayAlloc token, Make make) -> decltype(make())
{
	TRY(fail_point(token));
	return make();
}

} // namespace kernel
