/* SPDX-License-Identifier: GPL-2.0-only */
/* What makes a device run: clocks, operating points, power domains, runtime power management. */
#ifndef MSMXX_BRIDGE_POWER_H
#define MSMXX_BRIDGE_POWER_H

#include "bridge/types.h"

BRIDGE_BEGIN

struct bridge_opp;
struct device;

/* All clocks of the device's node, as one. */
struct bridge_clocks;
int bridge_clocks_get(struct device *dev, struct bridge_clocks **clocks);
void bridge_clocks_put(struct bridge_clocks *clocks);
int bridge_clocks_enable(struct bridge_clocks *clocks);
void bridge_clocks_disable(struct bridge_clocks *clocks);
/*
 * For a while, in between: without sleeping, and with all that had to be prepared kept ready.
 */
int bridge_clocks_ungate(struct bridge_clocks *clocks);
void bridge_clocks_gate(struct bridge_clocks *clocks);

/*
 * The operating points of the node, scaling @clock and the interconnect paths, if it has any. @min,
 * @max: the slowest and the fastest, Hz.
 */
int bridge_opp_get(struct device *dev, const char *clock, struct bridge_opp **opp, u64 *min,
		   u64 *max);
void bridge_opp_put(struct bridge_opp *opp);
/* Sets clock, voltage and bandwidth for at least @hz; 0 drops all votes. */
int bridge_opp_set(struct bridge_opp *opp, u64 hz);

/*
 * One named power domain of a device that has several: a virtual device whose runtime PM is the
 * domain's.
 */
struct bridge_power_domain;

int bridge_power_domain_attach(struct device *dev, const char *name,
			       struct bridge_power_domain **domain);
void bridge_power_domain_detach(struct bridge_power_domain *domain);
struct device *bridge_power_domain_device(struct bridge_power_domain *domain);

/*
 * Whether the domain goes off, whoever else uses it, between expect_off and wait_off (true if it
 * does within a second) or forget_off. They do not allocate.
 */
void bridge_power_domain_expect_off(struct bridge_power_domain *domain);
bool bridge_power_domain_wait_off(struct bridge_power_domain *domain);
void bridge_power_domain_forget_off(struct bridge_power_domain *domain);

void bridge_runtime_pm_enable(struct device *dev);
/* Starts with the device suspended; idle for @autosuspend_ms it suspends itself. */
void bridge_runtime_pm_use_autosuspend(struct device *dev, u32 autosuspend_ms);
void bridge_runtime_pm_dont_use_autosuspend(struct device *dev);
/*
 * Resumes and takes a reference; after a failure no reference is held and the next call tries
 * again.
 */
int bridge_runtime_pm_get(struct device *dev);
/* Takes a reference only of a device that is on. */
bool bridge_runtime_pm_get_if_active(struct device *dev);
/* For statistics: where it is, in sysfs' words; whether it is suspended; what keeps it from being. */
const char *bridge_runtime_pm_status(struct device *dev);
bool bridge_runtime_pm_is_suspended(struct device *dev);
s32 bridge_runtime_pm_references(struct device *dev);
void bridge_runtime_pm_put(struct device *dev);
void bridge_runtime_pm_put_sync(struct device *dev);
/* Drops a reference and suspends at once; false if others keep it on: then the reference is kept. */
bool bridge_runtime_pm_put_suspend(struct device *dev);
/* Suspends, whatever references there are, and disables runtime PM; the second one undoes both. */
int bridge_runtime_pm_force_suspend(struct device *dev);
int bridge_runtime_pm_force_resume(struct device *dev);

BRIDGE_END

#endif
