// SPDX-License-Identifier: GPL-2.0-only
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "bridge/memory.h"

void *bridge_kmalloc(size_t size, size_t align, u32 gfp)
{
	/*
	 * A size that is a power of two is aligned to itself, any other to ARCH_KMALLOC_MINALIGN.
	 */
	if (align > ARCH_KMALLOC_MINALIGN)
		size = roundup_pow_of_two(max(size, align));
	return kmalloc(size, (__force gfp_t)gfp);
}

void *bridge_kvmalloc_array(size_t count, size_t size, u32 gfp)
{
	return kvmalloc_array(count, size, (__force gfp_t)gfp | __GFP_NOWARN);
}

void bridge_kvfree(const void *pointer)
{
	kvfree(pointer);
}

/* might_fault() has nothing to say of a thread without user memory, which is where it would matter. */
static void assert_has_user_memory(void)
{
	WARN(IS_ENABLED(CONFIG_PROVE_LOCKING) && !current->mm, "user memory of a kernel thread\n");
}

size_t bridge_copy_from_user(void *to, u64 from, size_t size)
{
	assert_has_user_memory();
	return copy_from_user(to, u64_to_user_ptr(from), size);
}

size_t bridge_copy_to_user(u64 to, const void *from, size_t size)
{
	assert_has_user_memory();
	return copy_to_user(u64_to_user_ptr(to), from, size);
}
