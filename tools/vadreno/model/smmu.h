/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The GPU's SMMUv2: eight global register pages and eight context banks, stage 1 only.
 *
 * A transaction comes with a stream ID. The stream mapping registers pick a context bank; the
 * bank's tables are walked, and what is found stays in the TLB until a TLBI register is written. A
 * transaction that cannot be translated is recorded in the bank, an interrupt is raised, and it is
 * aborted, or stalled if SCTLR.CFCFG is set until the driver writes RESUME. A TLB hit that the page
 * tables no longer back is used, as hardware does, and reported.
 *
 * Source: Arm SMMU Architecture Specification v2 (IHI 0062); what Linux expects:
 * drivers/iommu/arm/arm-smmu.
 */
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../vfio_user/guest_memory.h"
#include "injector.h"
#include "observer.h"
#include "page_walker.h"
#include "tlb.h"

namespace vadreno {

/** Smmu - offsets are in bytes from the SMMU's first page. */
class Smmu {
public:
	static constexpr unsigned num_banks = 8;
	static constexpr unsigned num_stream_groups = 16;
	static constexpr std::uint32_t page_size = 0x1000;
	static constexpr std::uint32_t num_global_pages = 8;
	static constexpr std::uint32_t size = page_size * (num_global_pages + num_banks);

	/** Owner - takes the interrupts, and is told when a stalled transaction may be tried again.
	 */
	class Owner {
	public:
		virtual ~Owner() = default;
		virtual void smmu_global_fault() = 0;
		/** smmu_faulted() - an access was refused, and is stalled by now if it will be. */
		virtual void smmu_faulted() = 0;
		virtual void smmu_context_fault(unsigned bank) = 0;
		virtual void smmu_resumed() = 0;
	};

	enum class Outcome { ok, aborted, stalled };
	struct Result {
		Outcome outcome;
		std::uint64_t address; /* physical, valid with Outcome::ok */
		bool null; /* the page is the partially resident one: reads are 0, writes go nowhere
			    */
	};

	Smmu(Owner &owner, vfio_user::GuestMemory &memory, Injector &injector, Observer &observer);

	std::uint64_t read(std::uint32_t offset, unsigned width);
	void write(std::uint32_t offset, unsigned width, std::uint64_t value);

	/**
	 * translate() - one transaction of a stream.
	 *
	 * A stalled one must be made again, unchanged, after smmu_resumed(); it then ends aborted
	 * or is translated anew. While it waits, so do all others of its bank.
	 */
	Result translate(std::uint16_t stream, std::uint64_t address, const Access &access);
	/** external_abort() - the memory system refused a translated transaction. */
	void external_abort(std::uint16_t stream, std::uint64_t address, const Access &access);

	/**
	 * set_table() - what CP_SMMU_TABLE_UPDATE does: a new TTBR0 and ASID for a bank, and the
	 * ASID's entries dropped.
	 * @ttbr has the ASID in its top 16 bits.
	 */
	void set_table(unsigned bank, std::uint64_t ttbr);

	/** abandon() - nobody will make a stalled transaction again: its master was reset. The bank
	 * still waits for RESUME. */
	void abandon();
	/** stalled() - true while any bank holds a stalled transaction. */
	bool stalled() const;
	const Tlb &tlb() const { return tlb_; }
	/** reset() - the state after power-on; the TLB is empty. */
	void reset();

	/** register_name() - for the trace; empty for an offset that this SMMU does not have. */
	static std::string register_name(std::uint32_t offset);

private:
	struct Transaction {
		std::uint16_t stream;
		std::uint64_t address;
		bool write;
		bool operator==(const Transaction &) const = default;
	};
	enum class Stall { none, waiting, terminated };
	struct Stalled {
		Stall state = Stall::none;
		std::optional<Transaction> transaction; /* none if it was abandoned */
	};
	struct Fault {
		std::uint32_t status; /* an FSR bit */
		std::uint64_t address;
		Access access;
		std::uint16_t stream;
		std::uint32_t syndrome = 0; /* FSYNR0 bits besides those of the access */
		bool can_stall = true;
	};

	std::uint32_t get(std::uint32_t offset) const { return registers_[offset / 4]; }
	void set(std::uint32_t offset, std::uint32_t value) { registers_[offset / 4] = value; }
	std::uint64_t get64(std::uint32_t offset) const;
	std::uint32_t get_bank(unsigned bank, std::uint32_t offset) const;
	WalkRegisters walk_registers(unsigned bank) const;

	void write_word(std::uint32_t offset, std::uint32_t value);
	void write_global(std::uint32_t offset, std::uint32_t value);
	void write_bank(unsigned bank, std::uint32_t offset, std::uint32_t value);
	void tlbi_address(unsigned bank, std::uint32_t offset, std::uint64_t value);

	int find_bank(std::uint16_t stream, const Access &access, std::uint64_t address,
		      bool &bypass);
	WalkResult walk_from_cache(unsigned bank, const WalkRegisters &registers,
				   std::uint64_t address, const WalkResult &walked);
	Result fault(unsigned bank, const Fault &fault);
	void global_fault(std::uint32_t status, std::uint16_t stream, std::uint64_t address,
			  const Access &access);
	bool null_page(unsigned bank, std::uint64_t address) const;

	Owner &owner_;
	vfio_user::GuestMemory &memory_;
	Injector &injector_;
	Observer &observer_;
	std::vector<std::uint32_t> registers_;
	std::array<Stalled, num_banks> stalls_{};
	Tlb tlb_;
};

} // namespace vadreno
