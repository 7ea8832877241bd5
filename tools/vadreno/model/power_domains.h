/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPU's two power domains: cx, which feeds the bus interface, the GMU and the SMMU, and gx,
 * which feeds the graphics core. A block whose domain is off does not answer, and forgets its
 * state.
 */
#pragma once

#include <cstdint>
#include <string_view>

#include "observer.h"

namespace vadreno {

enum class Domain : unsigned { cx = 0, gx = 1 };

/** PowerDomains - which domains are on. All are off after reset, as the guest's power controller
 * expects. */
class PowerDomains {
public:
	static constexpr unsigned count = 2;

	/** Owner - told after a domain has changed. */
	class Owner {
	public:
		virtual ~Owner() = default;
		virtual void domain_changed(Domain domain, bool on) = 0;
	};

	PowerDomains(Owner &owner, Observer &observer) : owner_(owner), observer_(observer) {}

	bool on(Domain domain) const { return mask_ & (1u << static_cast<unsigned>(domain)); }
	std::uint32_t mask() const { return mask_; }
	/** set() - switch a domain; nothing happens if it is in that state already. */
	void set(Domain domain, bool on);
	void reset() { mask_ = 0; }

	static std::string_view name(Domain domain) { return domain == Domain::cx ? "cx" : "gx"; }

private:
	Owner &owner_;
	Observer &observer_;
	std::uint32_t mask_ = 0;
};

} // namespace vadreno
