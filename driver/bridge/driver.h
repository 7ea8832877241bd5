/* SPDX-License-Identifier: GPL-2.0-only */
/* The platform driver: which devices are ours. */
#ifndef MSMXX_BRIDGE_DRIVER_H
#define MSMXX_BRIDGE_DRIVER_H

#include "bridge/types.h"

BRIDGE_BEGIN

/*
 * From here on msmxx_probe() is called for each GPU; those that are there already are probed before
 * this returns.
 */
int bridge_driver_register(void);
/* Calls msmxx_remove() for each GPU. */
void bridge_driver_unregister(void);
/* Whether the device tree has an enabled node of ours at all. */
bool bridge_driver_has_device(void);

BRIDGE_END

#endif
