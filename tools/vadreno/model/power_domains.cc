// SPDX-License-Identifier: GPL-2.0-only
#include "power_domains.h"

#include <format>

namespace vadreno {

void PowerDomains::set(Domain domain, bool on)
{
	const std::uint32_t bit = 1u << static_cast<unsigned>(domain);

	if (on)
		dropped_until_[static_cast<unsigned>(domain)] = {};
	if (this->on(domain) == on)
		return;
	mask_ ^= bit;
	observer_.event(std::format("power {} {}", name(domain), on ? "on" : "off"));
	owner_.domain_changed(domain, on);
}

void PowerDomains::drop(Domain domain, std::optional<std::chrono::nanoseconds> time)
{
	if (!on(domain))
		return;
	dropped_until_[static_cast<unsigned>(domain)] =
		time ? clock_.now() + *time : std::chrono::nanoseconds::max();
	owner_.domain_changed(domain, false);
}

void PowerDomains::lose()
{
	lost_ = true;
	for (Domain domain : {Domain::gx, Domain::cx})
		if (on(domain))
			owner_.domain_changed(domain, false);
}

void PowerDomains::restore()
{
	lost_ = false;
	dropped_until_.fill({});
}

bool PowerDomains::dropped(Domain domain) const
{
	return lost_ || clock_.now() < dropped_until_[static_cast<unsigned>(domain)];
}

} // namespace vadreno
