/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CP_PROTECT: spans of registers that commands may not touch, set up by the driver.
 *
 * Source: a6xx_set_cp_protect() and the A6XX_PROTECT_* macros in Linux' a6xx_gpu.{c,h}: a span is
 * its first register in bits 17:0, the number of further ones in 30:18, and bit 31 to forbid
 * reading too; CP_PROTECT_CNTL bit 3 stretches the last span to the end of the register space.
 */
#pragma once

#include <cstdint>

#include "register_block.h"

namespace vadreno {

/** protect_denies() - whether a command outside of privileged mode may not make this access. */
bool protect_denies(const RegisterBlock &registers, std::uint32_t offset, bool write);

} // namespace vadreno
