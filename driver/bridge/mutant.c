// SPDX-License-Identifier: GPL-2.0-only
#ifdef MSMXX_MUTANTS

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "bridge/mutant.h"

static const char *const names[] = {
#define MUTANT(name, text) #name,
#include "bridge/mutants.def"
};

static int chosen = -1;

static int set_mutant(const char *value, const struct kernel_param *param)
{
	int index = sysfs_match_string(names, value);

	if (index < 0)
		return index;
	chosen = index;
	return 0;
}

static const struct kernel_param_ops mutant_ops = {.set = set_mutant};

module_param_cb(mutant, &mutant_ops, NULL, 0);
MODULE_PARM_DESC(mutant, "The fault this test build is to have");

bool bridge_mutant(enum bridge_mutant which)
{
	return chosen == (int)which;
}

#endif
