/* SPDX-License-Identifier: GPL-2.0-only */
/* Failing one step of probe on purpose. */
#ifndef MSMXX_BRIDGE_FAIL_POINT_H
#define MSMXX_BRIDGE_FAIL_POINT_H

#include "bridge/types.h"

BRIDGE_BEGIN

/*
 * -ENOMEM at the pass that the module parameter fail_step names, counted from 1 since loading; else
 * 0.
 */
int bridge_fail_point(void);

BRIDGE_END

#endif
