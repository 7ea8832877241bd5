// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

#include "bridge/task.h"

bool bridge_task_may_profile(void)
{
	return perfmon_capable();
}

static_assert(BRIDGE_COMM_BYTES == TASK_COMM_LEN);

struct pid *bridge_pid_get_current(void)
{
	return get_task_pid(current, PIDTYPE_TGID);
}

void bridge_pid_get(struct pid *pid)
{
	get_pid(pid);
}

void bridge_pid_put(struct pid *pid)
{
	put_pid(pid);
}

int bridge_pid_number(struct pid *pid)
{
	return pid_nr(pid);
}

void bridge_task_comm(char comm[BRIDGE_COMM_BYTES])
{
	strscpy(comm, current->comm, BRIDGE_COMM_BYTES);
}

bool bridge_pid_is_current(struct pid *pid)
{
	return task_tgid(current) == pid;
}

char *bridge_task_cmdline(void)
{
	return kstrdup_quotable_cmdline(current, GFP_KERNEL_ACCOUNT);
}
