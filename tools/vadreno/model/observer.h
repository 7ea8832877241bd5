/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the model tells about itself, and to whom.
 *
 * Every block of the model is given an Observer and reports to it what it does (the trace) and what
 * is wrong with what was asked of it (the reports). The model's behaviour never depends on the
 * observer.
 */
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace vadreno {

/** Initiator - who makes a register access: the guest's CPU over the BAR, or the command processor.
 */
enum class Initiator { cpu, cp };

/** Observer - receives the trace and the reports. */
class Observer {
public:
	virtual ~Observer() = default;

	/** register_access() - @block and @name as in the register lists; @offset in the block's
	 * own unit. */
	virtual void register_access(Initiator initiator, bool write, std::string_view block,
				     std::string_view name, std::uint32_t offset,
				     std::uint64_t value) = 0;
	/** packet() - one PM4 packet about to be executed. @where is rb, ib1 or ib2; @payload
	 * excludes the header. */
	virtual void packet(std::string_view where, std::uint64_t iova, std::string_view name,
			    std::span<const std::uint32_t> payload) = 0;
	/** event() - anything else worth a line in the trace: an interrupt, a power domain, a
	 * fault. */
	virtual void event(std::string_view text) = 0;
	/**
	 * report() - something a driver must not do, or that the model does not know.
	 * @kind is a short fixed word; reports of the same kind and @subject are rate limited
	 * together.
	 */
	virtual void report(std::string_view kind, const std::string &subject,
			    const std::string &detail) = 0;

	/** injected() - the plan in force has made @what go wrong: reports to come may follow from
	 * it. */
	virtual void injected(std::string_view what) = 0;
	/** plan_begins() - another plan is in force, and nothing has gone wrong by it so far. */
	virtual void plan_begins() = 0;

	/** tracing() - false if trace calls go nowhere, so that callers can save the work of making
	 * their text. */
	virtual bool tracing() const = 0;
};

} // namespace vadreno
