/* SPDX-License-Identifier: GPL-2.0-only */
/* libstdc++ asks this header about the C library. A kernel has none, so there is nothing to say. */
#pragma once
