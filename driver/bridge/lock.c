// SPDX-License-Identifier: GPL-2.0-only
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "bridge/lock.h"

void bridge_mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key)
{
	mutex_init(lock);
	/*
	 * mutex_init() has put it into this line's class; lockdep takes the class of the rank
	 * instead.
	 */
	lockdep_set_class_and_name(lock, key, name);
}

void bridge_mutex_destroy(struct mutex *lock)
{
	mutex_destroy(lock);
}

void bridge_mutex_lock(struct mutex *lock)
{
	mutex_lock(lock);
}

void bridge_mutex_unlock(struct mutex *lock)
{
	mutex_unlock(lock);
}

void bridge_mutex_assert_held(struct mutex *lock)
{
	lockdep_assert_held(lock);
}

bool bridge_mutex_is_held(struct mutex *lock)
{
#ifdef CONFIG_LOCKDEP
	return lockdep_is_held(lock);
#else
	return mutex_is_locked(lock);
#endif
}

void bridge_spin_init(struct spinlock *lock, const char *name, struct lock_class_key *key)
{
	spin_lock_init(lock);
	lockdep_set_class_and_name(lock, key, name);
}

void bridge_spin_lock(struct spinlock *lock)
{
	spin_lock(lock);
}

void bridge_spin_unlock(struct spinlock *lock)
{
	spin_unlock(lock);
}

unsigned long bridge_spin_lock_irqsave(struct spinlock *lock)
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	return flags;
}

void bridge_spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags)
{
	spin_unlock_irqrestore(lock, flags);
}

void bridge_spin_assert_held(struct spinlock *lock)
{
	lockdep_assert_held(lock);
}

bool bridge_spin_is_held(struct spinlock *lock)
{
#ifdef CONFIG_LOCKDEP
	return lockdep_is_held(lock);
#else
	return spin_is_locked(lock);
#endif
}
