/* SPDX-License-Identifier: GPL-2.0-only */
/* What an administrator may choose about hang detection. */
#ifndef MSMXX_BRIDGE_HANGCHECK_H
#define MSMXX_BRIDGE_HANGCHECK_H

#include "bridge/types.h"

BRIDGE_BEGIN

/* The module's parameter hangcheck_period_ms, within its bounds. */
u32 bridge_hangcheck_period_ms(void);

/* The number of the module's parameter job_timeout_ms for a priority within a ring, 0 the most urgent. */
u32 bridge_job_timeout_ms(u32 level);

BRIDGE_END

#endif
