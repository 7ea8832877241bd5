/* SPDX-License-Identifier: GPL-2.0-only */
/* GEM objects, for gem/: Bo and Carrier are their only users and give them types. */
#pragma once

#include "bridge/gem.h"
