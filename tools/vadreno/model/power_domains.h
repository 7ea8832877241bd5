/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPU's two power domains: cx, which feeds the bus interface, the GMU and the SMMU, and gx,
 * which feeds the graphics core. A block whose domain is off does not answer, and forgets its
 * state.
 *
 * In hostile mode a domain can drop: it loses power though it is switched on, until it is switched
 * on again or the drop ends; or the whole device can be lost, until the plan ends. Drivers cannot
 * know, so an access is no mistake of theirs then: it reads all ones.
 */
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "clock.h"
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

	PowerDomains(Owner &owner, const Clock &clock, Observer &observer)
		: owner_(owner), clock_(clock), observer_(observer)
	{
	}

	bool on(Domain domain) const { return mask_ & (1u << static_cast<unsigned>(domain)); }
	std::uint32_t mask() const { return mask_; }
	/** set() - switch a domain; nothing happens if it is in that state already. */
	void set(Domain domain, bool on);
	void reset() { mask_ = 0; }

	/** drop() - a domain that is on loses power, for @time if there is one. */
	void drop(Domain domain, std::optional<std::chrono::nanoseconds> time);
	/** lose() - nothing on the board has power until restore(). */
	void lose();
	/** restore() - what was dropped or lost has power again. */
	void restore();
	/** dropped() - the domain has no power, though the driver did not switch it off. */
	bool dropped(Domain domain) const;

	static std::string_view name(Domain domain) { return domain == Domain::cx ? "cx" : "gx"; }

private:
	Owner &owner_;
	const Clock &clock_;
	Observer &observer_;
	std::uint32_t mask_ = 0;
	bool lost_ = false;
	/* Until when each domain is dropped; the clock's beginning if it is not. */
	std::array<std::chrono::nanoseconds, count> dropped_until_{};
};

} // namespace vadreno
