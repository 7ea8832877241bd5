/* SPDX-License-Identifier: GPL-2.0-only */
/* The task that called. */
#pragma once

#include "bridge/task.h"

namespace kernel {

/** is_admin() - Whether it has CAP_SYS_ADMIN. */
inline bool is_admin()
{
	return bridge_task_is_admin();
}

} // namespace kernel
