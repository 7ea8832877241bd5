// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the compiler and libstdc++ call by themselves: deleting, and reporting the impossible.
 */

#include <new>

#include "bridge/log.h"
#include "bridge/memory.h"

void operator delete(void *pointer) noexcept
{
	bridge_kvfree(pointer);
}

void operator delete(void *pointer, size_t) noexcept
{
	bridge_kvfree(pointer);
}

void operator delete(void *pointer, std::align_val_t) noexcept
{
	bridge_kvfree(pointer);
}

void operator delete(void *pointer, size_t, std::align_val_t) noexcept
{
	bridge_kvfree(pointer);
}

extern "C" void __cxa_pure_virtual()
{
	bridge_bug(__FILE__, __LINE__, "a pure virtual function was called");
}

extern "C" [[noreturn]] void abort()
{
	bridge_bug(__FILE__, __LINE__,
		   "the value of an empty std::optional or std::expected was asked for");
}

namespace std {

void __glibcxx_assert_fail(const char *file, int line, const char *, const char *condition) noexcept
{
	bridge_bug(file, static_cast<u32>(line), condition);
}

} // namespace std
