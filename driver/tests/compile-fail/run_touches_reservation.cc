// SPDX-License-Identifier: GPL-2.0-only
/* A job that is being run cannot take a reservation: fences are waited for under them. */
// expect-g++: could not convert|cannot convert|no matching function
// expect-clang: no matching (constructor|function)|no viable conversion

#include "gem/reservation.h"

using namespace kernel;
using namespace msm;

#ifdef POSITIVE
using Context = Reclaim;
#else
using Context = Signalling;
#endif

void look(Context token, Bo &bo);
void look(Context token, Bo &bo)
{
	Reservation held(token, bo);
}
