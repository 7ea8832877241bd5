/* SPDX-License-Identifier: GPL-2.0-only */
/* What an administrator may choose about hang detection. */
#ifndef MSMXX_BRIDGE_HANGCHECK_H
#define MSMXX_BRIDGE_HANGCHECK_H

#include "bridge/types.h"

BRIDGE_BEGIN

/* The module's parameter hangcheck_period_ms, within its bounds. */
u32 bridge_hangcheck_period_ms(void);

BRIDGE_END

#endif
