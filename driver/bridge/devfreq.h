/* SPDX-License-Identifier: GPL-2.0-only */
/* Frequency scaling by load: devfreq, its QoS request, its cooling device. */
#ifndef MSMXX_BRIDGE_DEVFREQ_H
#define MSMXX_BRIDGE_DEVFREQ_H

#include "bridge/types.h"

struct bridge_devfreq;
struct device;

BRIDGE_BEGIN

/**
 * struct bridge_load - what the governor decides by
 * @busy: of the time since it was asked last, µs
 * @total: that time, µs
 * @frequency: what the device runs at when it has something to do, Hz
 */
struct bridge_load {
	u64 busy;
	u64 total;
	u64 frequency;
};

/*
 * Scales the device among its operating points through the msmxx_devfreq_… entry points, which may be
 * called from here on; it does not until the first resume. @initial: Hz, what it runs at now.
 */
int bridge_devfreq_add(struct device *dev, u64 initial, struct bridge_devfreq **devfreq);
/* No entry point is being called any more when this returns. */
void bridge_devfreq_remove(struct bridge_devfreq *devfreq);

/* The load is looked at from resume to suspend. Suspend waits for whoever is just at it. */
void bridge_devfreq_suspend(struct bridge_devfreq *devfreq);
void bridge_devfreq_resume(struct bridge_devfreq *devfreq);

/* No less than @hz, whatever the load; 0: no such wish. */
void bridge_devfreq_require(struct bridge_devfreq *devfreq, u64 hz);

BRIDGE_END

#endif
