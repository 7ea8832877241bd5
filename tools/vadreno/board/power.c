// SPDX-License-Identifier: GPL-2.0-only
/*
 * The board's power controller: domain 0 is CX, domain 1 is GX.
 *
 * The board keeps the state, so that it can tell when a driver touches a block whose domain is off.
 */
#include <linux/of.h>
#include <linux/pm_domain.h>
#include <linux/slab.h>

#include "vboard.h"

struct vboard_domain {
	struct generic_pm_domain genpd;
	void __iomem *control;
	u32 index;
};

struct vboard_power {
	struct device_node *node;
	struct vboard_domain domains[VBOARD_DOMAINS];
	struct generic_pm_domain *list[VBOARD_DOMAINS];
	struct genpd_onecell_data onecell;
};

const char *const vboard_domain_names[VBOARD_DOMAINS] = {"cx", "gx"};

static int vboard_domain_on(struct generic_pm_domain *genpd)
{
	struct vboard_domain *domain = container_of(genpd, struct vboard_domain, genpd);

	writel(domain->index, domain->control + VBOARD_DOMAIN_ON);
	return 0;
}

static int vboard_domain_off(struct generic_pm_domain *genpd)
{
	struct vboard_domain *domain = container_of(genpd, struct vboard_domain, genpd);

	writel(domain->index, domain->control + VBOARD_DOMAIN_OFF);
	return 0;
}

static void vboard_remove_power(void *data)
{
	struct vboard_power *power = data;
	unsigned int i;

	of_genpd_del_provider(power->node);
	for (i = 0; i < ARRAY_SIZE(power->domains); i++) {
		/* A driver that left its virtual device attached keeps the domain, and this memory. */
		if (pm_genpd_remove(power->list[i])) {
			pr_err("vboard: power domain %s is still in use\n", vboard_domain_names[i]);
			return;
		}
	}
	of_node_put(power->node);
	kfree(power);
}

int vboard_add_power_domains(struct vboard *board)
{
	struct device_node *node = of_get_child_by_name(board->node, "power-controller");
	struct device *dev = &board->pdev->dev;
	struct vboard_power *power;
	unsigned int i;
	int ret;

	if (!node)
		return dev_err_probe(dev, -ENODEV, "no power-controller node\n");
	power = kzalloc(sizeof(*power), GFP_KERNEL);
	if (!power) {
		of_node_put(node);
		return -ENOMEM;
	}
	power->node = node;
	power->onecell.domains = power->list;
	power->onecell.num_domains = ARRAY_SIZE(power->list);

	for (i = 0; i < ARRAY_SIZE(power->domains); i++) {
		struct vboard_domain *domain = &power->domains[i];

		domain->control = board->control;
		domain->index = i;
		domain->genpd.name = vboard_domain_names[i];
		domain->genpd.power_on = vboard_domain_on;
		domain->genpd.power_off = vboard_domain_off;
		/* Whatever the board came up with, the first user finds the domain freshly powered. */
		vboard_domain_off(&domain->genpd);
		ret = pm_genpd_init(&domain->genpd, NULL, true);
		if (ret)
			goto err;
		power->list[i] = &domain->genpd;
	}
	ret = of_genpd_add_provider_onecell(node, &power->onecell);
	if (ret)
		goto err;
	return devm_add_action_or_reset(dev, vboard_remove_power, power);

err:
	while (i--)
		pm_genpd_remove(power->list[i]);
	of_node_put(node);
	kfree(power);
	return dev_err_probe(dev, ret, "power domains\n");
}
