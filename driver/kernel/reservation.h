/* SPDX-License-Identifier: GPL-2.0-only */
/* Reservations, for gem/reservation.h, which gives them guards, and the one wait of reclaim. */
#pragma once

#include "bridge/reservation.h"
#include "kernel/contexts.h"
#include "kernel/time.h"

namespace kernel {

/** wait_briefly() - for all users of what @resv guards, so that reclaim may have it */
inline void wait_briefly(Reclaim, struct dma_resv *resv, Patience patience)
{
	bridge_resv_wait_uninterruptible(resv, BRIDGE_FENCE_BOOKKEEP,
					 static_cast<u64>(patience.deadline().jiffies()));
}

} // namespace kernel
