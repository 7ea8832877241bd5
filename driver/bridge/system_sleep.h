/* SPDX-License-Identifier: GPL-2.0-only */
/* The whole system is about to sleep, and is awake again: a notifier's registration. */
#ifndef MSMXX_BRIDGE_SYSTEM_SLEEP_H
#define MSMXX_BRIDGE_SYSTEM_SLEEP_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct bridge_system_sleep;

/* @owner goes to msmxx_sleep_begins() and msmxx_sleep_ends(). NULL without memory. */
struct bridge_system_sleep *bridge_system_sleep_watch(void *owner);
/* Returns when neither runs any more. */
void bridge_system_sleep_unwatch(struct bridge_system_sleep *watch);

BRIDGE_END

#endif
