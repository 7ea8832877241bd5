// SPDX-License-Identifier: GPL-2.0-only
#include "gem/reservation.h"

#include "gem/drm_device.h"

namespace msm {

/* Never 0, and never the same again. */
u64 ReservationSet::next_ticket(Bo &bo)
{
	return bo.device_.lock_tickets_.add(1);
}

} // namespace msm
