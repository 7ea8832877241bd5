// SPDX-License-Identifier: GPL-2.0-only
#include <linux/devfreq.h>
#include <linux/devfreq_cooling.h>
#include <linux/device.h>
#include <linux/pm_opp.h>
#include <linux/pm_qos.h>
#include <linux/slab.h>
#include <linux/thermal.h>

#include "bridge/devfreq.h"
#include "entry_points.h"

struct bridge_devfreq {
	struct devfreq_dev_profile profile;
	struct devfreq_simple_ondemand_data thresholds;
	struct devfreq *devfreq;
	struct dev_pm_qos_request minimum;
	struct thermal_cooling_device *cooling;
};

static int devfreq_target(struct device *dev, unsigned long *freq, u32 flags)
{
	struct dev_pm_opp *opp = devfreq_recommended_opp(dev, freq, flags);

	if (IS_ERR(opp))
		return PTR_ERR(opp);
	/* Now *freq is an operating point's. */
	dev_pm_opp_put(opp);
	return msmxx_devfreq_target(dev, *freq);
}

static int devfreq_status(struct device *dev, struct devfreq_dev_status *status)
{
	struct bridge_load load;

	msmxx_devfreq_load(dev, &load);
	status->busy_time = load.busy;
	status->total_time = load.total;
	status->current_frequency = load.frequency;
	return 0;
}

static int devfreq_current(struct device *dev, unsigned long *freq)
{
	*freq = msmxx_devfreq_frequency(dev);
	return 0;
}

int bridge_devfreq_add(struct device *dev, u64 initial, struct bridge_devfreq **result)
{
	struct bridge_devfreq *scaling = kzalloc(sizeof(*scaling), GFP_KERNEL);
	int ret;

	if (!scaling)
		return -ENOMEM;
	/* Those of drm/msm: half busy is a lot for who waits for each frame. */
	scaling->thresholds.upthreshold = 50;
	scaling->thresholds.downdifferential = 10;
	/* Its own for each device: sysfs writes to it. */
	scaling->profile = (struct devfreq_dev_profile){
		.initial_freq = initial,
		.polling_ms = 50,
		.timer = DEVFREQ_TIMER_DELAYED,
		.target = devfreq_target,
		.get_dev_status = devfreq_status,
		.get_cur_freq = devfreq_current,
	};

	ret = dev_pm_qos_add_request(dev, &scaling->minimum, DEV_PM_QOS_MIN_FREQUENCY, 0);
	if (ret < 0)
		goto err_free;
	scaling->devfreq = devfreq_add_device(dev, &scaling->profile, DEVFREQ_GOV_SIMPLE_ONDEMAND,
					      &scaling->thresholds);
	if (IS_ERR(scaling->devfreq)) {
		ret = PTR_ERR(scaling->devfreq);
		goto err_qos;
	}
	devfreq_suspend_device(scaling->devfreq);

	/*
	 * Of use only where the device tree has a thermal zone for it; not every kernel can (CONFIG_THERMAL_OF), and the
	 * thermal framework says so.
	 */
	scaling->cooling = of_devfreq_cooling_register(dev->of_node, scaling->devfreq);
	*result = scaling;
	return 0;

err_qos:
	dev_pm_qos_remove_request(&scaling->minimum);
err_free:
	kfree(scaling);
	return ret;
}

void bridge_devfreq_remove(struct bridge_devfreq *scaling)
{
	if (!IS_ERR(scaling->cooling))
		devfreq_cooling_unregister(scaling->cooling);
	devfreq_remove_device(scaling->devfreq);
	dev_pm_qos_remove_request(&scaling->minimum);
	kfree(scaling);
}

void bridge_devfreq_suspend(struct bridge_devfreq *scaling)
{
	devfreq_suspend_device(scaling->devfreq);
}

void bridge_devfreq_resume(struct bridge_devfreq *scaling)
{
	devfreq_resume_device(scaling->devfreq);
}

void bridge_devfreq_require(struct bridge_devfreq *scaling, u64 hz)
{
	/* QoS counts in kHz. */
	dev_pm_qos_update_request(&scaling->minimum, div_u64(hz, 1000));
}
