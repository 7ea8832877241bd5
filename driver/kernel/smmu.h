/* SPDX-License-Identifier: GPL-2.0-only */
/* The SMMU and page tables, for vm/smmu.h, which owns them. */
#pragma once

#include "bridge/fail_point.h"
#include "bridge/smmu.h"
