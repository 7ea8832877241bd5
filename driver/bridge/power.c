// SPDX-License-Identifier: GPL-2.0-only
#include <linux/clk.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/notifier.h>
#include <linux/pm_domain.h>
#include <linux/pm_opp.h>
#include <linux/pm_runtime.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "bridge/power.h"

struct bridge_clocks {
	int count;
	struct clk_bulk_data *bulk;
	bool gated;
};

int bridge_clocks_get(struct device *dev, struct bridge_clocks **result)
{
	struct bridge_clocks *clocks = kzalloc(sizeof(*clocks), GFP_KERNEL);
	int ret;

	if (!clocks)
		return -ENOMEM;
	ret = clk_bulk_get_all(dev, &clocks->bulk);
	if (ret < 0) {
		kfree(clocks);
		return ret;
	}
	clocks->count = ret;
	*result = clocks;
	return 0;
}

void bridge_clocks_put(struct bridge_clocks *clocks)
{
	clk_bulk_put_all(clocks->count, clocks->bulk);
	kfree(clocks);
}

int bridge_clocks_enable(struct bridge_clocks *clocks)
{
	return clk_bulk_prepare_enable(clocks->count, clocks->bulk);
}

void bridge_clocks_disable(struct bridge_clocks *clocks)
{
	if (!clocks->gated)
		clk_bulk_disable(clocks->count, clocks->bulk);
	clk_bulk_unprepare(clocks->count, clocks->bulk);
	clocks->gated = false;
}

int bridge_clocks_ungate(struct bridge_clocks *clocks)
{
	int ret = clk_bulk_enable(clocks->count, clocks->bulk);

	if (!ret)
		clocks->gated = false;
	return ret;
}

void bridge_clocks_gate(struct bridge_clocks *clocks)
{
	clk_bulk_disable(clocks->count, clocks->bulk);
	clocks->gated = true;
}

struct bridge_opp {
	struct device *dev;
	int clkname_token;
};

int bridge_opp_get(struct device *dev, const char *clock, struct bridge_opp **result, u64 *min,
		   u64 *max)
{
	struct bridge_opp *table = kzalloc(sizeof(*table), GFP_KERNEL);
	struct dev_pm_opp *opp;
	unsigned long slowest = 0, fastest = ULONG_MAX;
	int ret;

	if (!table)
		return -ENOMEM;
	table->dev = dev;

	/* Has to come before the table itself. */
	ret = dev_pm_opp_set_clkname(dev, clock);
	if (ret < 0)
		goto err_free;
	table->clkname_token = ret;

	ret = dev_pm_opp_of_add_table(dev);
	if (ret)
		goto err_clkname;

	opp = dev_pm_opp_find_freq_floor(dev, &fastest);
	if (IS_ERR(opp)) {
		ret = PTR_ERR(opp);
		goto err_table;
	}
	dev_pm_opp_put(opp);
	opp = dev_pm_opp_find_freq_ceil(dev, &slowest);
	if (IS_ERR(opp)) {
		ret = PTR_ERR(opp);
		goto err_table;
	}
	dev_pm_opp_put(opp);

	*min = slowest;
	*max = fastest;
	*result = table;
	return 0;

err_table:
	dev_pm_opp_of_remove_table(dev);
err_clkname:
	dev_pm_opp_put_clkname(table->clkname_token);
err_free:
	kfree(table);
	return ret;
}

void bridge_opp_put(struct bridge_opp *table)
{
	dev_pm_opp_of_remove_table(table->dev);
	dev_pm_opp_put_clkname(table->clkname_token);
	kfree(table);
}

int bridge_opp_set(struct bridge_opp *table, u64 hz)
{
	unsigned long freq = hz;
	struct dev_pm_opp *opp;
	int ret;

	if (!hz)
		return dev_pm_opp_set_opp(table->dev, NULL);

	opp = dev_pm_opp_find_freq_ceil(table->dev, &freq);
	if (IS_ERR(opp))
		return PTR_ERR(opp);
	ret = dev_pm_opp_set_opp(table->dev, opp);
	dev_pm_opp_put(opp);
	return ret;
}

struct bridge_power_domain {
	struct device *dev;
	struct notifier_block notifier;
	struct completion off;
};

static int power_domain_changed(struct notifier_block *notifier, unsigned long action, void *data)
{
	struct bridge_power_domain *domain =
		container_of(notifier, struct bridge_power_domain, notifier);

	if (action == GENPD_NOTIFY_OFF)
		complete_all(&domain->off);
	return NOTIFY_DONE;
}

int bridge_power_domain_attach(struct device *dev, const char *name,
			       struct bridge_power_domain **result)
{
	struct bridge_power_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);

	if (!domain)
		return -ENOMEM;
	domain->dev = dev_pm_domain_attach_by_name(dev, name);
	/* NULL: the node has no such domain. */
	if (IS_ERR_OR_NULL(domain->dev)) {
		int ret = domain->dev ? PTR_ERR(domain->dev) : -ENODEV;

		kfree(domain);
		return ret;
	}
	domain->notifier.notifier_call = power_domain_changed;
	init_completion(&domain->off);
	*result = domain;
	return 0;
}

void bridge_power_domain_detach(struct bridge_power_domain *domain)
{
	dev_pm_domain_detach(domain->dev, false);
	kfree(domain);
}

struct device *bridge_power_domain_device(struct bridge_power_domain *domain)
{
	return domain->dev;
}

void bridge_power_domain_expect_off(struct bridge_power_domain *domain)
{
	reinit_completion(&domain->off);
	dev_pm_genpd_add_notifier(domain->dev, &domain->notifier);
	dev_pm_genpd_synced_poweroff(domain->dev);
}

void bridge_power_domain_forget_off(struct bridge_power_domain *domain)
{
	dev_pm_genpd_remove_notifier(domain->dev);
}

bool bridge_power_domain_wait_off(struct bridge_power_domain *domain)
{
	bool off = wait_for_completion_timeout(&domain->off, msecs_to_jiffies(1000));

	bridge_power_domain_forget_off(domain);
	return off;
}

void bridge_runtime_pm_enable(struct device *dev)
{
	pm_runtime_enable(dev);
}

void bridge_runtime_pm_use_autosuspend(struct device *dev, u32 autosuspend_ms)
{
	pm_runtime_set_autosuspend_delay(dev, autosuspend_ms);
	pm_runtime_use_autosuspend(dev);
}

void bridge_runtime_pm_dont_use_autosuspend(struct device *dev)
{
	pm_runtime_dont_use_autosuspend(dev);
}

int bridge_runtime_pm_get(struct device *dev)
{
	int ret;

	/* Also of a device that is on: it need not have been. */
	might_alloc(GFP_KERNEL);
	ret = pm_runtime_get_sync(dev);

	if (ret >= 0)
		return 0;
	/*
	 * A failed resume sticks; the device is suspended all the same, so the next user may try.
	 */
	pm_runtime_set_suspended(dev);
	pm_runtime_put_noidle(dev);
	return ret;
}

bool bridge_runtime_pm_get_if_active(struct device *dev)
{
	return pm_runtime_get_if_active(dev) > 0;
}

bool bridge_runtime_pm_is_suspended(struct device *dev)
{
	return pm_runtime_status_suspended(dev);
}

const char *bridge_runtime_pm_status(struct device *dev)
{
#ifdef CONFIG_PM
	switch (dev->power.runtime_status) {
	case RPM_ACTIVE:
		return "active";
	case RPM_RESUMING:
		return "resuming";
	case RPM_SUSPENDING:
		return "suspending";
	default:
		return "suspended";
	}
#else
	return "active";
#endif
}

s32 bridge_runtime_pm_references(struct device *dev)
{
#ifdef CONFIG_PM
	return atomic_read(&dev->power.usage_count);
#else
	return 0;
#endif
}

void bridge_runtime_pm_put(struct device *dev)
{
	pm_runtime_mark_last_busy(dev);
	pm_runtime_put_autosuspend(dev);
}

void bridge_runtime_pm_put_sync(struct device *dev)
{
	pm_runtime_put_sync(dev);
}

bool bridge_runtime_pm_put_suspend(struct device *dev)
{
	pm_runtime_put_sync_suspend(dev);
	if (pm_runtime_suspended(dev))
		return true;

	/* Someone else's reference, or one that was just dropped and is followed by a suspend. */
	pm_runtime_get_noresume(dev);
	pm_runtime_barrier(dev);
	if (!pm_runtime_suspended(dev))
		return false;
	pm_runtime_put_noidle(dev);
	return true;
}

int bridge_runtime_pm_force_suspend(struct device *dev)
{
	return pm_runtime_force_suspend(dev);
}

int bridge_runtime_pm_force_resume(struct device *dev)
{
	return pm_runtime_force_resume(dev);
}
