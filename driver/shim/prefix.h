/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Read before every C++ file. libstdc++'s freestanding headers take wchar_t support for granted where the compiler
 * announces it; there is none here.
 */
#pragma once

#include <bits/c++config.h>

#undef _GLIBCXX_USE_WCHAR_T
