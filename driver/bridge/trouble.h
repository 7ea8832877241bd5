/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What no context of the signalling path may do, done there: the types would refuse it, so it is C
 * that makes the mistake, by the functions that the wrappers call. In the build of the mutation suite
 * only, for the suite that wants to see a report of each (tools/check/suites/71-contexts).
 */
#ifndef MSMXX_BRIDGE_TROUBLE_H
#define MSMXX_BRIDGE_TROUBLE_H

#include "bridge/types.h"

struct device;

enum bridge_place {
	BRIDGE_PLACE_run,
	BRIDGE_PLACE_free,
	BRIDGE_PLACE_irq,
};

BRIDGE_BEGIN

/* Makes the mistake that the module's parameter trouble names, if it is for this place, once. */
void bridge_trouble(enum bridge_place place, struct device *dev);

BRIDGE_END

#endif
