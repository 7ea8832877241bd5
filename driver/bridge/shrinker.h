/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel asks for memory back: a shrinker's registration. */
#ifndef MSMXX_BRIDGE_SHRINKER_H
#define MSMXX_BRIDGE_SHRINKER_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct shrinker;

/* @owner goes to msmxx_shrinker_count() and _scan(). NULL without memory. */
struct shrinker *bridge_shrinker_create(const char *name, void *owner);
/* Returns when neither runs any more. */
void bridge_shrinker_destroy(struct shrinker *shrinker);

/* Whether there is somewhere to put what is not in memory. */
bool bridge_can_swap(void);
/* All memory that the machine has, in bytes. */
u64 bridge_total_memory(void);

BRIDGE_END

#endif
