/* SPDX-License-Identifier: GPL-2.0-only */
/* Seeded faults, for the suite that shows that each is caught. There are none but in its build. */
#ifndef MSMXX_BRIDGE_MUTANT_H
#define MSMXX_BRIDGE_MUTANT_H

#include "bridge/types.h"

enum bridge_mutant {
#define MUTANT(name, text) BRIDGE_MUTANT_##name,
#include "bridge/mutants.def"
	BRIDGE_MUTANT_COUNT,
};

#ifdef __cplusplus
extern "C" {
#endif

#ifdef MSMXX_MUTANTS
/** bridge_mutant() - whether this is the fault that the module parameter mutant names; any context
 */
bool bridge_mutant(enum bridge_mutant which);
#elif !defined(__cplusplus)
/* C++ does not get this far: see kernel/mutant.h. */
static inline bool bridge_mutant(enum bridge_mutant which)
{
	return false;
}
#endif

#ifdef __cplusplus
}
#endif

#endif
