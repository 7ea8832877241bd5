// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/of.h>
#include <linux/platform_device.h>
#include <linux/pm_runtime.h>

#include "bridge/driver.h"
#include "entry_points.h"

static int probe(struct platform_device *pdev)
{
	return msmxx_probe(&pdev->dev);
}

static void remove(struct platform_device *pdev)
{
	msmxx_remove(&pdev->dev);
}

static void shutdown(struct platform_device *pdev)
{
	msmxx_shutdown(&pdev->dev);
}

static const struct dev_pm_ops pm_ops = {
	SYSTEM_SLEEP_PM_OPS(msmxx_system_suspend, msmxx_system_resume)
		RUNTIME_PM_OPS(msmxx_runtime_suspend, msmxx_runtime_resume, NULL)};

static const struct of_device_id of_match[] = {{.compatible = "qcom,adreno"}, {}};
MODULE_DEVICE_TABLE(of, of_match);

static struct platform_driver driver = {
	.probe = probe,
	.remove = remove,
	.shutdown = shutdown,
	.driver =
		{
			.name = KBUILD_MODNAME,
			.of_match_table = of_match,
			.pm = pm_ptr(&pm_ops),
		},
};

int bridge_driver_register(void)
{
	return platform_driver_register(&driver);
}

void bridge_driver_unregister(void)
{
	platform_driver_unregister(&driver);
}

bool bridge_driver_has_device(void)
{
	struct device_node *node;

	for_each_matching_node(node, of_match)
	{
		if (of_device_is_available(node)) {
			of_node_put(node);
			return true;
		}
	}
	return false;
}
