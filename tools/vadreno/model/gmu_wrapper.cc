// SPDX-License-Identifier: GPL-2.0-only
#include "gmu_wrapper.h"

#include "names.h"

namespace vadreno {

namespace {

/* SPTPRAC_PWR_CLK_STATUS: what it reads with everything on, and the two bits that say the graphics
 * domain is off. */
constexpr std::uint32_t sptprac_on = 0x28;
constexpr std::uint32_t gx_off = 1u << 7 | 1u << 6 | 1u << 2;

} // namespace

GmuWrapper::GmuWrapper(Owner &owner, RegisterBlock &registers, const Rbbm &rbbm,
		       const PowerDomains &power)
{
	registers.on_read(reg::GMU_ALWAYS_ON_COUNTER_L, 1, [&registers, &rbbm](std::uint32_t) {
		const std::uint64_t now = rbbm.always_on();
		registers.set(reg::GMU_ALWAYS_ON_COUNTER_H, static_cast<std::uint32_t>(now >> 32));
		return static_cast<std::uint32_t>(now);
	});
	/* Counter 0 counts 19.2 MHz ticks of a busy GPU; devfreq goes by it. */
	registers.on_read(reg::GMU_CX_GMU_POWER_COUNTER_XOCLK_0_L, 1,
			  [&owner, &registers](std::uint32_t) {
				  const std::uint64_t busy =
					  Rbbm::ticks(owner.gpu_busy_time(), Rbbm::always_on_hz);
				  registers.set(reg::GMU_CX_GMU_POWER_COUNTER_XOCLK_0_H,
						static_cast<std::uint32_t>(busy >> 32));
				  return static_cast<std::uint32_t>(busy);
			  });
	registers.on_read(reg::GMU_SPTPRAC_PWR_CLK_STATUS, 1, [&power](std::uint32_t) {
		return power.on(Domain::gx) ? sptprac_on : gx_off;
	});
}

} // namespace vadreno
