// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/swap.h>

#include "bridge/shrinker.h"
#include "entry_points.h"

static unsigned long count(struct shrinker *shrinker, struct shrink_control *control)
{
	return msmxx_shrinker_count(shrinker->private_data) ?: SHRINK_EMPTY;
}

static unsigned long scan(struct shrinker *shrinker, struct shrink_control *control)
{
	bool may_wait = control->gfp_mask & __GFP_DIRECT_RECLAIM ||
			(current_is_kswapd() && control->gfp_mask & __GFP_KSWAPD_RECLAIM);

	return msmxx_shrinker_scan(shrinker->private_data, control->nr_to_scan, may_wait)
		       ?: SHRINK_STOP;
}

struct shrinker *bridge_shrinker_create(const char *name, void *owner)
{
	struct shrinker *shrinker = shrinker_alloc(0, "%s", name);

	if (!shrinker)
		return NULL;
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->private_data = owner;
	shrinker_register(shrinker);
	return shrinker;
}

void bridge_shrinker_destroy(struct shrinker *shrinker)
{
	shrinker_free(shrinker);
}

bool bridge_can_swap(void)
{
	return get_nr_swap_pages() > 0;
}

u64 bridge_total_memory(void)
{
	return (u64)totalram_pages() << PAGE_SHIFT;
}
