/* SPDX-License-Identifier: GPL-2.0-only */
/* Reservations, for gem/reservation.h, which gives them guards. */
#pragma once

#include "bridge/reservation.h"
