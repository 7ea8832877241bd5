// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes one kernel mistake when loaded, for tools/vm/test: each must end a run with the harness's own status.
 *
 *   insmod trouble.ko kind=warn|oops|lock-order|atomic-sleep|use-after-free|leak
 *
 * Loading fails with -ECANCELED after the mistake, so that it can be made again.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *kind = "";
module_param(kind, charp, 0400);
MODULE_PARM_DESC(kind, "the mistake to make");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(spin);

static void warn(void)
{
	WARN(1, "trouble: a warning\n");
}

/* The reset vector's page is not mapped for the kernel. */
static void oops(void)
{
	WRITE_ONCE(*(int *)8, 1);
}

static void lock_order(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);

	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void atomic_sleep(void)
{
	spin_lock(&spin);
	msleep(1);
	spin_unlock(&spin);
}

static void use_after_free(void)
{
	char *memory = kmalloc(64, GFP_KERNEL);

	if (!memory)
		return;
	/* The compiler may not see that it is the same memory. */
	OPTIMIZER_HIDE_VAR(memory);
	kfree(memory);
	OPTIMIZER_HIDE_VAR(memory);
	WRITE_ONCE(memory[8], 1);
}

static void leak(void)
{
	void *memory;
	int i;

	/* Several, since a stale pointer to the last one may survive in a register or on a stack. */
	for (i = 0; i < 16; i++) {
		memory = kmalloc(1000, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(memory);
	}
}

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{"warn", warn},
	{"oops", oops},
	{"lock-order", lock_order},
	{"atomic-sleep", atomic_sleep},
	{"use-after-free", use_after_free},
	{"leak", leak},
};

static int __init trouble_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (!strcmp(kind, mistakes[i].name)) {
			mistakes[i].make();
			return -ECANCELED;
		}
	}
	return -EINVAL;
}
module_init(trouble_init);

MODULE_DESCRIPTION("Kernel mistakes, for testing the test harness");
MODULE_LICENSE("GPL");
