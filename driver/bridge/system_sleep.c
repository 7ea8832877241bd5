// SPDX-License-Identifier: GPL-2.0-only
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/suspend.h>

#include "bridge/system_sleep.h"
#include "entry_points.h"

struct bridge_system_sleep {
	struct notifier_block notifier;
	void *owner;
};

static int notify(struct notifier_block *notifier, unsigned long event, void *data)
{
	struct bridge_system_sleep *watch =
		container_of(notifier, struct bridge_system_sleep, notifier);

	switch (event) {
	case PM_HIBERNATION_PREPARE:
	case PM_SUSPEND_PREPARE:
	case PM_RESTORE_PREPARE:
		/* Who refuses is not told of the end. */
		return notifier_from_errno(msmxx_sleep_begins(watch->owner));
	case PM_POST_HIBERNATION:
	case PM_POST_SUSPEND:
	case PM_POST_RESTORE:
		msmxx_sleep_ends(watch->owner);
		break;
	}
	return NOTIFY_OK;
}

struct bridge_system_sleep *bridge_system_sleep_watch(void *owner)
{
	struct bridge_system_sleep *watch = kzalloc(sizeof(*watch), GFP_KERNEL);

	if (!watch)
		return NULL;
	watch->notifier.notifier_call = notify;
	watch->owner = owner;
	register_pm_notifier(&watch->notifier);
	return watch;
}

void bridge_system_sleep_unwatch(struct bridge_system_sleep *watch)
{
	unregister_pm_notifier(&watch->notifier);
	kfree(watch);
}
