// SPDX-License-Identifier: GPL-2.0-only
#include <linux/capability.h>

#include "bridge/task.h"

bool bridge_task_is_admin(void)
{
	return capable(CAP_SYS_ADMIN);
}
