/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's numbers (errno, GFP, PAGE_SIZE, …), by their own names, from the generated layout.
 */
#pragma once

#include "bridge/layout.h"
#include "kernel/types.h"

#define TYPE(tag)
#define FIELD(tag, name, type)
#define CONSTANT(type, name) inline constexpr type name = static_cast<type>(LAYOUT_CONSTANT_##name);
#include "bridge/layout.list"
