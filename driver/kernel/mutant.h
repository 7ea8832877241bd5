/* SPDX-License-Identifier: GPL-2.0-only */
/* Faults that the mutation suite seeds; see bridge/mutants.def. Nothing of it is in the driver
 * proper. */
#pragma once

#include "bridge/mutant.h"

namespace kernel {

enum class Mutant {
#define MUTANT(name, text) name = BRIDGE_MUTANT_##name,
#include "bridge/mutants.def"
};

/** mutant() - whether the driver is to make this mistake; false in any build but the suite's */
constexpr bool mutant(Mutant which)
{
#ifdef MSMXX_MUTANTS
	if !consteval {
		return ::bridge_mutant(static_cast<enum bridge_mutant>(which));
	}
#endif
	return false;
}

} // namespace kernel
