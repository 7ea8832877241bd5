/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of pointers by number. */
#ifndef MSMXX_BRIDGE_XARRAY_H
#define MSMXX_BRIDGE_XARRAY_H

#include "bridge/types.h"

struct xarray;

BRIDGE_BEGIN

/* first is 0 or 1, the lowest number handed out. */
void bridge_xa_init(struct xarray *array, u32 first);
void bridge_xa_destroy(struct xarray *array);
/*
 * A free number, taken but still reading as NULL: 0, -ENOMEM or -EBUSY when none up to last is
 * free.
 */
int bridge_xa_reserve(struct xarray *array, u32 *id, u32 last, u32 gfp);
/*
 * As that, but each number is used once before the first is used again; *next is the caller's
 * memory of where to go on.
 */
int bridge_xa_reserve_cyclic(struct xarray *array, u32 *id, u32 last, u32 *next, u32 gfp);
/* That very number: 0, -ENOMEM, or -EBUSY when it is taken. */
int bridge_xa_reserve_at(struct xarray *array, u32 id, u32 gfp);
/* Into a reserved number; allocates nothing. */
void bridge_xa_store_reserved(struct xarray *array, u32 id, void *entry);
/* Gives a reserved number back. */
void bridge_xa_release_reserved(struct xarray *array, u32 id);
void *bridge_xa_load(struct xarray *array, u32 id);
/* What was there; NULL if there was nothing, or only a reservation, which stays. */
void *bridge_xa_erase(struct xarray *array, u32 id);
/* The first entry whose number is at least *id, and that number; NULL at the end. */
void *bridge_xa_find(struct xarray *array, u32 *id);
void bridge_xa_lock(struct xarray *array);
void bridge_xa_unlock(struct xarray *array);
/* Waits for all RCU callbacks that were queued before. */
void bridge_rcu_barrier(void);

BRIDGE_END

#endif
