/* SPDX-License-Identifier: GPL-2.0-only */
/* What an administrator may choose about how far userspace may run ahead of the GPU. */
#ifndef MSMXX_BRIDGE_QUEUE_DEPTH_H
#define MSMXX_BRIDGE_QUEUE_DEPTH_H

#include "bridge/types.h"

BRIDGE_BEGIN

/* The module's parameter queue_depth, within its bounds. */
u32 bridge_queue_depth(void);

BRIDGE_END

#endif
