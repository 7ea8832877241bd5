/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes in the signalling path, for the suite that looks for their reports; see bridge/trouble.h. */
#pragma once

#include "bridge/trouble.h"

namespace kernel::trouble {

inline void in_run_job(struct device *dev)
{
	bridge_trouble(BRIDGE_PLACE_run, dev);
}

inline void in_free_job(struct device *dev)
{
	bridge_trouble(BRIDGE_PLACE_free, dev);
}

inline void in_interrupt(struct device *dev)
{
	bridge_trouble(BRIDGE_PLACE_irq, dev);
}

} // namespace kernel::trouble
