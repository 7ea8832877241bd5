/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GMU wrapper: on the small chips (a610, a619-holi, a702) the registers of a GMU without the
 * microcontroller. What is left are counters, clock gating settings and the state of the graphics
 * domain.
 *
 * Source: a6xx_gmu_wrapper_init(), a6xx_gpu_busy() and a6xx_gmu_gx_is_on() in Linux'
 * a6xx_{gmu,gpu}.c.
 */
#pragma once

#include <chrono>
#include <cstdint>

#include "power_domains.h"
#include "rbbm.h"
#include "register_block.h"

namespace vadreno {

/** GmuWrapper - attaches itself to the GMU's registers. */
class GmuWrapper {
public:
	/** Owner - knows how long the GPU has been busy since it was powered. */
	class Owner {
	public:
		virtual ~Owner() = default;
		virtual std::chrono::nanoseconds gpu_busy_time() const = 0;
	};

	GmuWrapper(Owner &owner, RegisterBlock &registers, const Rbbm &rbbm,
		   const PowerDomains &power);
};

} // namespace vadreno
