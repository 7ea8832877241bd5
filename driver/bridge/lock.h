/* SPDX-License-Identifier: GPL-2.0-only */
/* Mutexes, spinlocks and what lockdep knows of them. */
#ifndef MSMXX_BRIDGE_LOCK_H
#define MSMXX_BRIDGE_LOCK_H

#include "bridge/types.h"

struct lock_class_key;
struct mutex;
struct spinlock;

BRIDGE_BEGIN

void bridge_mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key);
void bridge_mutex_destroy(struct mutex *lock);
void bridge_mutex_lock(struct mutex *lock);
void bridge_mutex_unlock(struct mutex *lock);
void bridge_mutex_assert_held(struct mutex *lock);
bool bridge_mutex_is_held(struct mutex *lock);

void bridge_spin_init(struct spinlock *lock, const char *name, struct lock_class_key *key);
void bridge_spin_lock(struct spinlock *lock);
void bridge_spin_unlock(struct spinlock *lock);
unsigned long bridge_spin_lock_irqsave(struct spinlock *lock);
void bridge_spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags);
void bridge_spin_assert_held(struct spinlock *lock);
bool bridge_spin_is_held(struct spinlock *lock);

BRIDGE_END

#endif
