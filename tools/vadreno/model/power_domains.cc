// SPDX-License-Identifier: GPL-2.0-only
#include "power_domains.h"

#include <format>

namespace vadreno {

void PowerDomains::set(Domain domain, bool on)
{
	const std::uint32_t bit = 1u << static_cast<unsigned>(domain);

	if (this->on(domain) == on)
		return;
	mask_ ^= bit;
	observer_.event(std::format("power {} {}", name(domain), on ? "on" : "off"));
	owner_.domain_changed(domain, on);
}

} // namespace vadreno
