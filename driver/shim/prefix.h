/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read before every C++ file: what the language and its library would otherwise take for granted.
 */
#pragma once

#include <bits/c++config.h>

/* libstdc++ was built with a C library that has wide characters; here is none. */
#undef _GLIBCXX_USE_WCHAR_T

#ifndef __clang__
/*
 * Plain `new` throws when it fails, and nothing here could catch that. (Clang declares it before
 * anyone else could.)
 */
[[nodiscard]] void *operator new(__SIZE_TYPE__)
	__attribute__((error("use kernel::make() or new (Gfp)")));
[[nodiscard]] void *operator new[](__SIZE_TYPE__) __attribute__((error("use kernel::Buffer")));
#endif
