/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The integer types of the boundary, the same in both languages: C takes the kernel's own, C++
 * (which may not see a kernel header) spells out what they are on every 64-bit Linux. u64 is
 * unsigned long long, as in the uAPI.
 */
#ifndef MSMXX_BRIDGE_TYPES_H
#define MSMXX_BRIDGE_TYPES_H

#ifdef __cplusplus

#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

#define BRIDGE_BEGIN extern "C" {
#define BRIDGE_END   }

#else

#include <linux/types.h>

#define BRIDGE_BEGIN
#define BRIDGE_END

#endif

#endif
