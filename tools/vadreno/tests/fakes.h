/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The seams' test doubles: a clock with hands to turn, an observer that remembers, guest memory,
 * page tables in it.
 */
#pragma once

#include <sys/eventfd.h>
#include <sys/mman.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "../model/clock.h"
#include "../model/observer.h"
#include "../vfio_user/guest_memory.h"
#include "../vfio_user/msix.h"

namespace vadreno {

class FakeClock : public Clock {
public:
	std::chrono::nanoseconds now() const override { return now_; }
	void pass(std::chrono::nanoseconds time) const override { now_ += time; }
	void advance(std::chrono::nanoseconds time) { now_ += time; }

private:
	mutable std::chrono::nanoseconds now_{1'000'000};
};

/** RecordingObserver - keeps every line, in the form "kind subject: detail" and so on. */
class RecordingObserver : public Observer {
public:
	void register_access(Initiator initiator, bool write, std::string_view block,
			     std::string_view name, std::uint32_t, std::uint64_t) override
	{
		accesses.push_back(std::string(initiator == Initiator::cpu ? "cpu " : "cp ") +
				   (write ? "w " : "r ") + std::string(block) + " " +
				   std::string(name));
	}
	void packet(std::string_view where, std::uint64_t, std::string_view name,
		    std::span<const std::uint32_t>) override
	{
		packets.push_back(std::string(where) + " " + std::string(name));
	}
	void event(std::string_view text) override { events.emplace_back(text); }
	void report(std::string_view kind, const std::string &subject,
		    const std::string &detail) override
	{
		reports.push_back(std::string(kind) + " " + subject + ": " + detail);
	}
	void injected(std::string_view what) override { injections.emplace_back(what); }
	void plan_begins() override { injections.clear(); }
	bool tracing() const override { return trace; }

	/** reported() - whether some report begins with @start. */
	bool reported(std::string_view start) const
	{
		for (const std::string &report : reports)
			if (report.starts_with(start))
				return true;
		return false;
	}

	bool trace = true; /* turned off where there would be millions of lines */
	std::vector<std::string> accesses, packets, events, reports, injections;
};

/** make_memory_file() - a memfd of @size bytes, as QEMU backs a guest's RAM with. */
inline vfio_user::UniqueFd make_memory_file(std::uint64_t size)
{
	vfio_user::UniqueFd fd(::memfd_create("guest", MFD_CLOEXEC));
	if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size)))
		throw std::runtime_error("memfd");
	return fd;
}

/** GuestRam - 16 MiB of it at QEMU's place, zeroed. */
struct GuestRam {
	static constexpr std::uint64_t base = 0x40000000;
	static constexpr std::uint64_t size = 0x1000000;

	GuestRam() { memory.map(base, size, make_memory_file(size), 0, true); }

	vfio_user::GuestMemory memory;
};

/** VectorProbe - an eventfd on a vector, to count its messages by. */
class VectorProbe {
public:
	VectorProbe(vfio_user::MsixVectors &vectors, unsigned vector)
		: fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
	{
		vectors.set_eventfd(vector, vfio_user::UniqueFd(::dup(fd_.get())));
	}
	/** take() - messages since the last call. */
	std::uint64_t take() const
	{
		eventfd_t value = 0;
		return ::eventfd_read(fd_.get(), &value) ? 0 : value;
	}

private:
	vfio_user::UniqueFd fd_;
};

/**
 * PageTables - one 48-bit, 4 KiB granule table as Linux' io-pgtable builds it, in a GuestRam.
 * Tables are taken from the RAM's last quarter, upwards.
 */
class PageTables {
public:
	static constexpr std::uint64_t flag_valid = 1, flag_page = 2, flag_user = 1 << 6,
				       flag_read_only = 1 << 7, flag_accessed = 1 << 10,
				       flag_not_global = 1 << 11, flag_execute_never = 1ull << 54;
	static constexpr std::uint64_t flags_rw =
		flag_valid | flag_page | flag_user | flag_accessed | flag_not_global;

	explicit PageTables(vfio_user::GuestMemory &memory, unsigned which = 0)
		: memory_(memory),
		  start_(GuestRam::base + GuestRam::size * 3 / 4 + which * 0x80000), next_(start_),
		  root_(take_table())
	{
	}

	/** clear() - as new: nothing is mapped. The root stays where it is. */
	void clear()
	{
		while (next_ > start_)
			memory_.write64(next_ -= 8, 0);
		root_ = take_table();
	}
	std::uint64_t root() const { return root_; }
	void map(std::uint64_t address, std::uint64_t physical, std::uint64_t flags = flags_rw)
	{
		memory_.write64(entry(address, 3), physical | flags);
	}
	/** map_block() - 2 MiB at level 2, 1 GiB at level 1. */
	void map_block(std::uint64_t address, std::uint64_t physical, unsigned level)
	{
		memory_.write64(entry(address, level), physical | (flags_rw & ~flag_page));
	}
	void unmap(std::uint64_t address) { memory_.write64(entry(address, 3), 0); }
	void set_entry(std::uint64_t address, unsigned level, std::uint64_t value)
	{
		memory_.write64(entry(address, level), value);
	}

private:
	std::uint64_t take_table()
	{
		next_ += 0x1000;
		return next_ - 0x1000;
	}
	/** entry() - where the descriptor of @level for @address is; makes the tables above it. */
	std::uint64_t entry(std::uint64_t address, unsigned level)
	{
		std::uint64_t table = root_;
		for (unsigned l = 0;; l++) {
			const std::uint64_t at = table + 8 * (address >> (39 - 9 * l) & 0x1ff);
			if (l == level)
				return at;
			std::uint64_t next = memory_.read64(at).value();
			if (!(next & flag_valid)) {
				next = take_table() | flag_valid | flag_page;
				memory_.write64(at, next);
			}
			table = next & 0x0000'ffff'ffff'f000;
		}
	}

	vfio_user::GuestMemory &memory_;
	std::uint64_t start_;
	std::uint64_t next_;
	std::uint64_t root_;
};

} // namespace vadreno
