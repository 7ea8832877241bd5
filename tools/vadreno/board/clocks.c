// SPDX-License-Identifier: GPL-2.0-only
/*
 * The board's clock controller: clock n is bit n of the control page's mask of running clocks.
 *
 * A rate is what a driver asks for, to the hertz. The board is told, counts the core's cycles by it and shows it in its
 * trace; nothing on it runs faster.
 */
#include <linux/clk-provider.h>
#include <linux/of.h>
#include <linux/spinlock.h>

#include "vboard.h"

const char *const vboard_clock_names[VBOARD_NUM_CLOCKS] = {
	"vboard-core", "vboard-mem", "vboard-iface", "vboard-alt-mem",
	"vboard-gmu",  "vboard-xo",  "vboard-smmu",
};

struct vboard_clocks;

struct vboard_clock {
	struct clk_hw hw;
	struct vboard_clocks *all;
	unsigned long rate;
	u32 bit;
};

/* @lock guards @running, which mirrors the register: a read of it costs a round trip to the board. */
struct vboard_clocks {
	void __iomem *control;
	spinlock_t lock;
	u32 running;
	struct vboard_clock clocks[VBOARD_NUM_CLOCKS];
	struct clk_hw_onecell_data onecell;
};

static struct vboard_clock *to_clock(struct clk_hw *hw)
{
	return container_of(hw, struct vboard_clock, hw);
}

static void vboard_clock_switch(struct vboard_clock *clock, bool on)
{
	struct vboard_clocks *all = clock->all;
	unsigned long flags;

	spin_lock_irqsave(&all->lock, flags);
	all->running = on ? all->running | clock->bit : all->running & ~clock->bit;
	writel(all->running, all->control + VBOARD_CLOCKS);
	spin_unlock_irqrestore(&all->lock, flags);
}

static int vboard_clock_enable(struct clk_hw *hw)
{
	vboard_clock_switch(to_clock(hw), true);
	return 0;
}

static void vboard_clock_disable(struct clk_hw *hw)
{
	vboard_clock_switch(to_clock(hw), false);
}

static int vboard_clock_is_enabled(struct clk_hw *hw)
{
	struct vboard_clock *clock = to_clock(hw);

	return !!(READ_ONCE(clock->all->running) & clock->bit);
}

static unsigned long vboard_clock_recalc_rate(struct clk_hw *hw, unsigned long parent_rate)
{
	return to_clock(hw)->rate;
}

static int vboard_clock_determine_rate(struct clk_hw *hw, struct clk_rate_request *request)
{
	return 0;
}

static int vboard_clock_set_rate(struct clk_hw *hw, unsigned long rate, unsigned long parent_rate)
{
	struct vboard_clock *clock = to_clock(hw);

	clock->rate = rate;
	writel(rate, clock->all->control + VBOARD_CLOCK_RATES + 4 * (clock - clock->all->clocks));
	return 0;
}

static const struct clk_ops vboard_clock_ops = {
	.enable = vboard_clock_enable,
	.disable = vboard_clock_disable,
	.is_enabled = vboard_clock_is_enabled,
	.recalc_rate = vboard_clock_recalc_rate,
	.determine_rate = vboard_clock_determine_rate,
	.set_rate = vboard_clock_set_rate,
};

static void vboard_unregister_clock(void *data)
{
	clk_hw_unregister(data);
}

static void vboard_remove_provider(void *data)
{
	struct device_node *node = data;

	of_clk_del_provider(node);
	of_node_put(node);
}

int vboard_add_clocks(struct vboard *board)
{
	struct device *dev = &board->pdev->dev;
	struct vboard_clocks *all;
	struct device_node *node;
	unsigned int i;
	int ret;

	all = devm_kzalloc(dev, struct_size(all, onecell.hws, ARRAY_SIZE(all->clocks)), GFP_KERNEL);
	if (!all)
		return -ENOMEM;
	all->control = board->control;
	all->onecell.num = ARRAY_SIZE(all->clocks);
	spin_lock_init(&all->lock);
	writel(0, all->control + VBOARD_CLOCKS);

	for (i = 0; i < ARRAY_SIZE(all->clocks); i++) {
		struct vboard_clock *clock = &all->clocks[i];
		struct clk_init_data init = {
			.name = vboard_clock_names[i],
			.ops = &vboard_clock_ops,
		};

		clock->all = all;
		clock->bit = BIT(i);
		clock->rate = 19200000;
		clock->hw.init = &init;
		/*
		 * Not on behalf of dev: each user of the clock would then hold this module, and the SMMU, which only
		 * goes with this module, is one. The blocks are gone before the clocks are.
		 */
		ret = clk_hw_register(NULL, &clock->hw);
		ret = ret ?: devm_add_action_or_reset(dev, vboard_unregister_clock, &clock->hw);
		if (ret)
			return dev_err_probe(dev, ret, "clock %s\n", init.name);
		all->onecell.hws[i] = &clock->hw;
	}

	node = of_get_child_by_name(board->node, "clock-controller");
	if (!node)
		return dev_err_probe(dev, -ENODEV, "no clock-controller node\n");
	ret = of_clk_add_hw_provider(node, of_clk_hw_onecell_get, &all->onecell);
	if (ret) {
		of_node_put(node);
		return dev_err_probe(dev, ret, "clock provider\n");
	}
	return devm_add_action_or_reset(dev, vboard_remove_provider, node);
}
