// SPDX-License-Identifier: GPL-2.0-only
#include <linux/rcupdate.h>
#include <linux/xarray.h>

#include "bridge/xarray.h"

void bridge_xa_init(struct xarray *array, u32 first)
{
	xa_init_flags(array, first ? XA_FLAGS_ALLOC1 : XA_FLAGS_ALLOC);
}

void bridge_xa_destroy(struct xarray *array)
{
	xa_destroy(array);
}

int bridge_xa_reserve(struct xarray *array, u32 *id, u32 last, u32 gfp)
{
	return xa_alloc(array, id, NULL, XA_LIMIT(0, last), (__force gfp_t)gfp);
}

int bridge_xa_reserve_cyclic(struct xarray *array, u32 *id, u32 last, u32 *next, u32 gfp)
{
	int ret = xa_alloc_cyclic(array, id, NULL, XA_LIMIT(0, last), next, (__force gfp_t)gfp);

	/* 1 says that it has wrapped. */
	return ret < 0 ? ret : 0;
}

int bridge_xa_reserve_at(struct xarray *array, u32 id, u32 gfp)
{
	return xa_insert(array, id, NULL, (__force gfp_t)gfp);
}

void bridge_xa_store_reserved(struct xarray *array, u32 id, void *entry)
{
	void *old = xa_store(array, id, entry, 0);

	WARN_ON(xa_is_err(old));
}

void *bridge_xa_load(struct xarray *array, u32 id)
{
	return xa_load(array, id);
}

void bridge_xa_release_reserved(struct xarray *array, u32 id)
{
	xa_release(array, id);
}

void *bridge_xa_erase(struct xarray *array, u32 id)
{
	void *entry;

	/* Erasing without looking would take a reservation away, too. */
	xa_lock(array);
	entry = xa_load(array, id);
	if (entry)
		__xa_erase(array, id);
	xa_unlock(array);
	return entry;
}

void *bridge_xa_find(struct xarray *array, u32 *id)
{
	unsigned long index = *id;
	void *entry = xa_find(array, &index, U32_MAX, XA_PRESENT);

	*id = index;
	return entry;
}

void bridge_xa_lock(struct xarray *array)
{
	xa_lock(array);
}

void bridge_xa_unlock(struct xarray *array)
{
	xa_unlock(array);
}

void bridge_rcu_barrier(void)
{
	rcu_barrier();
}
