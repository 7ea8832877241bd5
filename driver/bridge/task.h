/* SPDX-License-Identifier: GPL-2.0-only */
/* The task that called. */
#ifndef MSMXX_BRIDGE_TASK_H
#define MSMXX_BRIDGE_TASK_H

#include "bridge/types.h"

BRIDGE_BEGIN

bool bridge_task_is_admin(void);

BRIDGE_END

#endif
