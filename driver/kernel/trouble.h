/* SPDX-License-Identifier: GPL-2.0-only */
/* Mistakes in the signalling path, for the suite that looks for their reports; see bridge/trouble.h. */
#pragma once

#include "bridge/trouble.h"

namespace kernel::trouble {

/* Nothing in any build but the mutation suite's. */
inline void at([[maybe_unused]] enum bridge_place place, [[maybe_unused]] struct device *dev)
{
#ifdef MSMXX_MUTANTS
	bridge_trouble(place, dev);
#endif
}

inline void in_run_job(struct device *dev)
{
	at(BRIDGE_PLACE_run, dev);
}

inline void in_free_job(struct device *dev)
{
	at(BRIDGE_PLACE_free, dev);
}

inline void in_interrupt(struct device *dev)
{
	at(BRIDGE_PLACE_irq, dev);
}

} // namespace kernel::trouble
