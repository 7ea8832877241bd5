/* SPDX-License-Identifier: GPL-2.0-only */
/* The slab and vmalloc allocators, and user memory. */
#ifndef MSMXX_BRIDGE_MEMORY_H
#define MSMXX_BRIDGE_MEMORY_H

#include "bridge/types.h"

BRIDGE_BEGIN

/*
 * NULL when there is none. gfp is a LAYOUT_CONSTANT_GFP_…; the memory is aligned to align, a power
 * of two.
 */
void *bridge_kmalloc(size_t size, size_t align, u32 gfp);
/* count * size bytes; NULL also when that overflows. Never warns: the numbers are userspace's. */
void *bridge_kvmalloc_array(size_t count, size_t size, u32 gfp);
void bridge_kvfree(const void *pointer);

/* Bytes that could not be copied. */
size_t bridge_copy_from_user(void *to, u64 from, size_t size);
size_t bridge_copy_to_user(u64 to, const void *from, size_t size);

BRIDGE_END

#endif
