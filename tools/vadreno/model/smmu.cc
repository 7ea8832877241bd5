// SPDX-License-Identifier: GPL-2.0-only
#include "smmu.h"

#include <algorithm>
#include <format>
#include <string_view>

namespace vadreno {

namespace {

/* Global register space 0 */
constexpr std::uint32_t s_cr0 = 0x0;
constexpr std::uint32_t s_acr = 0x10;
constexpr std::uint32_t id0 = 0x20;
constexpr std::uint32_t id1 = 0x24;
constexpr std::uint32_t id2 = 0x28;
constexpr std::uint32_t id7 = 0x3c;
constexpr std::uint32_t s_gfar = 0x40;
constexpr std::uint32_t s_gfsr = 0x48;
constexpr std::uint32_t s_gfsynr0 = 0x50;
constexpr std::uint32_t s_gfsynr1 = 0x54;
constexpr std::uint32_t s_gfsynr2 = 0x58;
constexpr std::uint32_t tlbivmid = 0x64;
constexpr std::uint32_t tlbiallnsnh = 0x68;
constexpr std::uint32_t tlbiallh = 0x6c;
constexpr std::uint32_t s_tlbgsync = 0x70;
constexpr std::uint32_t s_tlbgstatus = 0x74;
constexpr std::uint32_t smr = 0x800;
constexpr std::uint32_t s2cr = 0xc00;

/* Global register space 1 (the second page) and Qualcomm's partially resident region registers */
constexpr std::uint32_t cbar = Smmu::page_size + 0x0;
constexpr std::uint32_t cbfrsynra = Smmu::page_size + 0x400;
constexpr std::uint32_t cba2r = Smmu::page_size + 0x800;
constexpr std::uint32_t prr_low = 0x6008;
constexpr std::uint32_t prr_high = 0x600c;

/* A context bank's page */
constexpr std::uint32_t sctlr = 0x0;
constexpr std::uint32_t actlr = 0x4;
constexpr std::uint32_t resume = 0x8;
constexpr std::uint32_t tcr2 = 0x10;
constexpr std::uint32_t ttbr0 = 0x20;
constexpr std::uint32_t ttbr1 = 0x28;
constexpr std::uint32_t tcr = 0x30;
constexpr std::uint32_t contextidr = 0x34;
constexpr std::uint32_t mair0 = 0x38;
constexpr std::uint32_t mair1 = 0x3c;
constexpr std::uint32_t fsr = 0x58;
constexpr std::uint32_t far = 0x60;
constexpr std::uint32_t fsynr0 = 0x68;
constexpr std::uint32_t fsynr1 = 0x6c;
constexpr std::uint32_t tlbiva = 0x600;
constexpr std::uint32_t tlbivaa = 0x608;
constexpr std::uint32_t tlbiasid = 0x610;
constexpr std::uint32_t tlbiall = 0x618;
constexpr std::uint32_t tlbival = 0x620;
constexpr std::uint32_t tlbivaal = 0x628;
constexpr std::uint32_t tlbsync = 0x7f0;
constexpr std::uint32_t tlbstatus = 0x7f4;

/*
 * Stage 1 only, stream matching with 16 groups and 15-bit IDs, no AArch32 formats, coherent walks,
 * no address translation operations (ATOSNS), 8 banks in 4 KiB pages, 48-bit addresses, 4 KiB and
 * 64 KiB granules, revision 2.1.
 */
constexpr std::uint32_t id0_value = 0x4f085e10;
constexpr std::uint32_t id1_value = 0x20000008;
constexpr std::uint32_t id2_value = 0x00005555;
constexpr std::uint32_t id7_value = 0x00000021;

constexpr std::uint32_t cr0_clientpd = 1u << 0;
constexpr std::uint32_t cr0_gfie = 1u << 2;
constexpr std::uint32_t cr0_usfcfg = 1u << 10;
constexpr std::uint32_t gfsr_usf = 1u << 1;
constexpr std::uint32_t gfsr_multi = 1u << 31;
constexpr std::uint32_t gfsynr0_wnr = 1u << 1;
constexpr std::uint32_t smr_valid = 1u << 31;
constexpr std::uint32_t s2cr_type_translate = 0;
constexpr std::uint32_t s2cr_type_bypass = 1;

constexpr std::uint32_t sctlr_m = 1u << 0;
constexpr std::uint32_t sctlr_cfie = 1u << 6;
constexpr std::uint32_t sctlr_cfcfg = 1u << 7;
constexpr std::uint32_t sctlr_hupcf = 1u << 8;
constexpr std::uint32_t actlr_cpre =
	1u << 1; /* reads back clear on MMU-500 once the workaround is in place */
constexpr std::uint32_t actlr_prr = 1u << 5;
constexpr std::uint32_t resume_terminate = 1u << 0;
constexpr std::uint32_t fsr_tf = 1u << 1;
constexpr std::uint32_t fsr_aff = 1u << 2;
constexpr std::uint32_t fsr_pf = 1u << 3;
constexpr std::uint32_t fsr_ef = 1u << 4;
constexpr std::uint32_t fsr_ss = 1u << 30;
constexpr std::uint32_t fsr_multi = 1u << 31;
constexpr std::uint32_t fsynr0_wnr = 1u << 4;
constexpr std::uint32_t fsynr0_pnu = 1u << 5;
constexpr std::uint32_t fsynr0_ind = 1u << 6;
constexpr std::uint32_t fsynr0_ptwf = 1u << 10; /* it was the walk that faulted */

struct Name {
	std::uint32_t offset;
	std::string_view name;
};

constexpr Name global_names[] = {
	{s_cr0, "sCR0"},
	{s_acr, "sACR"},
	{id0, "ID0"},
	{id1, "ID1"},
	{id2, "ID2"},
	{0x2c, "ID3"},
	{0x30, "ID4"},
	{0x34, "ID5"},
	{0x38, "ID6"},
	{id7, "ID7"},
	{s_gfar, "sGFAR"},
	{s_gfar + 4, "sGFAR_HI"},
	{s_gfsr, "sGFSR"},
	{s_gfsynr0, "sGFSYNR0"},
	{s_gfsynr1, "sGFSYNR1"},
	{s_gfsynr2, "sGFSYNR2"},
	{tlbivmid, "TLBIVMID"},
	{tlbiallnsnh, "TLBIALLNSNH"},
	{tlbiallh, "TLBIALLH"},
	{s_tlbgsync, "sTLBGSYNC"},
	{s_tlbgstatus, "sTLBGSTATUS"},
	{prr_low, "PRR_CFG_LADDR"},
	{prr_high, "PRR_CFG_UADDR"},
};

constexpr Name bank_names[] = {
	{sctlr, "SCTLR"},
	{actlr, "ACTLR"},
	{resume, "RESUME"},
	{tcr2, "TCR2"},
	{ttbr0, "TTBR0"},
	{ttbr0 + 4, "TTBR0_HI"},
	{ttbr1, "TTBR1"},
	{ttbr1 + 4, "TTBR1_HI"},
	{tcr, "TCR"},
	{contextidr, "CONTEXTIDR"},
	{mair0, "MAIR0"},
	{mair1, "MAIR1"},
	{fsr, "FSR"},
	{far, "FAR"},
	{far + 4, "FAR_HI"},
	{fsynr0, "FSYNR0"},
	{fsynr1, "FSYNR1"},
	{tlbiva, "TLBIVA"},
	{tlbiva + 4, "TLBIVA_HI"},
	{tlbivaa, "TLBIVAA"},
	{tlbivaa + 4, "TLBIVAA_HI"},
	{tlbiasid, "TLBIASID"},
	{tlbiall, "TLBIALL"},
	{tlbival, "TLBIVAL"},
	{tlbival + 4, "TLBIVAL_HI"},
	{tlbivaal, "TLBIVAAL"},
	{tlbivaal + 4, "TLBIVAAL_HI"},
	{tlbsync, "TLBSYNC"},
	{tlbstatus, "TLBSTATUS"},
};

bool in_array(std::uint32_t offset, std::uint32_t base, unsigned count)
{
	return offset >= base && offset < base + 4 * count;
}

} // namespace

Smmu::Smmu(Owner &owner, vfio_user::GuestMemory &memory, Injector &injector, Observer &observer)
	: owner_(owner), memory_(memory), injector_(injector), observer_(observer),
	  registers_(size / 4)
{
	reset();
}

void Smmu::reset()
{
	std::ranges::fill(registers_, 0);
	stalls_.fill({});
	tlb_.invalidate_all();
	set(s_cr0, cr0_clientpd);
	set(id0, id0_value);
	set(id1, id1_value);
	set(id2, id2_value);
	set(id7, id7_value);
}

std::string Smmu::register_name(std::uint32_t offset)
{
	if (offset >= num_global_pages * page_size) {
		const std::uint32_t bank = offset / page_size - num_global_pages;
		for (const Name &name : bank_names)
			if (name.offset == offset % page_size)
				return std::format("CB{}_{}", bank, name.name);
		return {};
	}
	for (const Name &name : global_names)
		if (name.offset == offset)
			return std::string(name.name);
	if (in_array(offset, smr, num_stream_groups))
		return std::format("SMR[{}]", (offset - smr) / 4);
	if (in_array(offset, s2cr, num_stream_groups))
		return std::format("S2CR[{}]", (offset - s2cr) / 4);
	if (in_array(offset, cbar, num_banks))
		return std::format("CBAR[{}]", (offset - cbar) / 4);
	if (in_array(offset, cbfrsynra, num_banks))
		return std::format("CBFRSYNRA[{}]", (offset - cbfrsynra) / 4);
	if (in_array(offset, cba2r, num_banks))
		return std::format("CBA2R[{}]", (offset - cba2r) / 4);
	return {};
}

std::uint64_t Smmu::get64(std::uint32_t offset) const
{
	return get(offset) | static_cast<std::uint64_t>(get(offset + 4)) << 32;
}

std::uint32_t Smmu::get_bank(unsigned bank, std::uint32_t offset) const
{
	return get((num_global_pages + bank) * page_size + offset);
}

std::uint64_t Smmu::read(std::uint32_t offset, unsigned width)
{
	const std::uint64_t value = width == 8 ? get64(offset) : get(offset);
	const std::string name = register_name(offset);

	if (name.empty())
		observer_.report("unknown-register", std::format("smmu {:#x}", offset), "read");
	if (observer_.tracing())
		observer_.register_access(Initiator::cpu, false, "smmu", name.empty() ? "?" : name,
					  offset, value);
	return value;
}

void Smmu::write(std::uint32_t offset, unsigned width, std::uint64_t value)
{
	const std::string name = register_name(offset);

	if (observer_.tracing())
		observer_.register_access(Initiator::cpu, true, "smmu", name.empty() ? "?" : name,
					  offset, value);
	if (name.empty()) {
		observer_.report("unknown-register", std::format("smmu {:#x}", offset),
				 std::format("write {:#x}", value));
		return;
	}
	/* The address-wide invalidations act when their high half is there: first the low half is
	 * stored. */
	if (width == 8)
		set(offset + 4, static_cast<std::uint32_t>(value >> 32));
	write_word(offset, static_cast<std::uint32_t>(value));
}

void Smmu::write_word(std::uint32_t offset, std::uint32_t value)
{
	if (offset < num_global_pages * page_size)
		write_global(offset, value);
	else
		write_bank(offset / page_size - num_global_pages, offset % page_size, value);
}

void Smmu::write_global(std::uint32_t offset, std::uint32_t value)
{
	switch (offset) {
	case id0:
	case id1:
	case id2:
	case id7:
	case s_tlbgstatus:
		observer_.report("read-only", register_name(offset),
				 std::format("write {:#x}", value));
		return;
	case s_gfsr:
		set(s_gfsr, get(s_gfsr) & ~value);
		if (get(s_gfsr) && (get(s_cr0) & cr0_gfie))
			owner_.smmu_global_fault();
		return;
	case tlbivmid:
	case tlbiallnsnh:
	case tlbiallh:
		tlb_.invalidate_all();
		return;
	case s_tlbgsync: /* invalidations are over when they are written */
		return;
	default:
		set(offset, value);
	}
}

void Smmu::write_bank(unsigned bank, std::uint32_t offset, std::uint32_t value)
{
	const std::uint32_t base = (num_global_pages + bank) * page_size;

	switch (offset) {
	case actlr:
		set(base + actlr, value & ~actlr_cpre);
		return;
	case sctlr:
		set(base + sctlr, value);
		/* The line goes up when a recorded fault is unmasked. */
		if ((get(base + fsr) & ~fsr_ss) && (value & sctlr_cfie))
			owner_.smmu_context_fault(bank);
		return;
	case fsr:
		set(base + fsr, get(base + fsr) & (~value | fsr_ss));
		/* The line is a level, the message an edge: what came in meanwhile needs a new one.
		 */
		if ((get(base + fsr) & ~fsr_ss) && (get(base + sctlr) & sctlr_cfie))
			owner_.smmu_context_fault(bank);
		return;
	case resume:
		if (stalls_[bank].state != Stall::waiting) {
			observer_.report("smmu", std::format("CB{}_RESUME", bank),
					 "nothing is stalled");
			return;
		}
		set(base + fsr, get(base + fsr) & ~fsr_ss);
		if ((value & resume_terminate) && stalls_[bank].transaction)
			stalls_[bank].state = Stall::terminated;
		else
			stalls_[bank] = {};
		if (observer_.tracing())
			observer_.event(
				std::format("smmu CB{} resume {}", bank,
					    value & resume_terminate ? "terminate" : "retry"));
		owner_.smmu_resumed();
		return;
	case tlbiva:
	case tlbival:
	case tlbivaa:
	case tlbivaal:
		tlbi_address(bank, offset, get(base + offset + 4) * 0x1'0000'0000ull + value);
		return;
	case tlbiasid:
		tlb_.invalidate_asid(bank, static_cast<std::uint16_t>(value));
		return;
	case tlbiall:
		tlb_.invalidate_bank(bank);
		return;
	case tlbsync:
		return;
	case tlbstatus:
		observer_.report("read-only", register_name(base + offset),
				 std::format("write {:#x}", value));
		return;
	default:
		set(base + offset, value);
	}
}

void Smmu::tlbi_address(unsigned bank, std::uint32_t offset, std::uint64_t value)
{
	/* AArch64 format: ASID in 63:48, address bits 55:12 in 43:0, sign-extended from there. */
	const auto asid = static_cast<std::uint16_t>(value >> 48);
	const auto address =
		static_cast<std::uint64_t>(static_cast<std::int64_t>(value << 20) >> 8);

	tlb_.invalidate_address(bank, asid, address, offset == tlbivaa || offset == tlbivaal,
				offset == tlbival || offset == tlbivaal);
}

WalkRegisters Smmu::walk_registers(unsigned bank) const
{
	const std::uint32_t base = (num_global_pages + bank) * page_size;
	return {get(base + tcr), get64(base + ttbr0), get64(base + ttbr1)};
}

int Smmu::find_bank(std::uint16_t stream, const Access &access, std::uint64_t address, bool &bypass)
{
	bypass = get(s_cr0) & cr0_clientpd;
	if (bypass)
		return -1;

	for (unsigned i = 0; i < num_stream_groups; i++) {
		const std::uint32_t match = get(smr + 4 * i);
		if (!(match & smr_valid) || ((match ^ stream) & 0x7fff & ~(match >> 16)))
			continue;
		const std::uint32_t route = get(s2cr + 4 * i);
		switch (route >> 16 & 3) {
		case s2cr_type_translate:
			if ((route & 0xff) < num_banks)
				return static_cast<int>(route & 0xff);
			break;
		case s2cr_type_bypass:
			bypass = true;
			return -1;
		}
		global_fault(0, stream, address,
			     access); /* routed to a fault: aborted without a record */
		return -1;
	}
	if (get(s_cr0) & cr0_usfcfg)
		global_fault(gfsr_usf, stream, address, access);
	else
		bypass = true;
	return -1;
}

void Smmu::global_fault(std::uint32_t status, std::uint16_t stream, std::uint64_t address,
			const Access &access)
{
	observer_.report("smmu-fault", std::format("stream {}", stream),
			 std::format("{} {:#x} is not mapped to a context bank",
				     access.write ? "write" : "read", address));
	if (!status)
		return;
	if (get(s_gfsr)) {
		set(s_gfsr, get(s_gfsr) | gfsr_multi);
		return;
	}
	set(s_gfsr, status);
	set(s_gfar, static_cast<std::uint32_t>(address));
	set(s_gfar + 4, static_cast<std::uint32_t>(address >> 32));
	set(s_gfsynr0, access.write ? gfsynr0_wnr : 0);
	set(s_gfsynr1, stream);
	if (get(s_cr0) & cr0_gfie)
		owner_.smmu_global_fault();
}

Smmu::Result Smmu::translate(std::uint16_t stream, std::uint64_t address, const Access &access)
{
	bool bypass;
	const int found = find_bank(stream, access, address, bypass);
	if (found < 0)
		return {bypass ? Outcome::ok : Outcome::aborted, address, false};
	const auto bank = static_cast<unsigned>(found);

	if (stalls_[bank].state == Stall::waiting)
		return {Outcome::stalled, 0, false};
	if (stalls_[bank].state == Stall::terminated &&
	    stalls_[bank].transaction == Transaction{stream, address, access.write}) {
		stalls_[bank] = {};
		return {Outcome::aborted, 0, false};
	}

	if (!(get_bank(bank, sctlr) & sctlr_m))
		return {Outcome::ok, address, false};
	/* Without hit-under-previous-context-fault an unacknowledged fault takes what follows with
	 * it. */
	if (get_bank(bank, fsr) && !(get_bank(bank, sctlr) & sctlr_hupcf))
		return {Outcome::aborted, 0, false};

	const WalkRegisters registers = walk_registers(bank);
	WalkResult walked = walk(registers, address, memory_);
	std::optional<Page> page = tlb_.find(bank, registers.asid(), address);
	if (page) {
		if (walked.fault != WalkFault::none || walked.page != *page)
			observer_.report("stale-tlb", std::format("CB{}", bank),
					 std::format("{} {:#x} uses a translation to {:#x} that "
						     "the tables no longer hold",
						     access.write ? "write" : "read", address,
						     page->physical_address));
	} else {
		walked = walk_from_cache(bank, registers, address, walked);
		switch (walked.fault) {
		case WalkFault::none:
			break;
		case WalkFault::translation:
			return fault(bank, {fsr_tf, address, access, stream, walked.level});
		case WalkFault::access_flag:
			return fault(bank, {fsr_aff, address, access, stream, walked.level});
		case WalkFault::external:
			return fault(bank, {fsr_ef, address, access, stream,
					    fsynr0_ptwf | walked.level, false});
		}
		page = walked.page;
		tlb_.insert(bank, registers.asid(), *page);
	}
	if (access.privileged && access.write && page->user)
		observer_.report(
			"protection", std::format("CB{}", bank),
			std::format("privileged write to {:#x}, which anybody may write", address));
	if (injector_.now(Injection::fault))
		return fault(bank, {fsr_tf, address, access, stream, walked.level});
	if (!page->allows(access))
		return fault(bank, {fsr_pf, address, access, stream, walked.level});

	const std::uint64_t physical = page->physical_address + (address - page->virtual_address);
	return {Outcome::ok, physical, null_page(bank, physical)};
}

/* @walked is what the tables say; a walk may begin at a table that is remembered instead. */
WalkResult Smmu::walk_from_cache(unsigned bank, const WalkRegisters &registers,
				 std::uint64_t address, const WalkResult &walked)
{
	const auto start = tlb_.find_table(bank, registers.asid(), address);
	const WalkResult result = start ? walk(registers, address, memory_, &*start) : walked;

	if (result.fault != walked.fault || result.page != walked.page)
		observer_.report("stale-tlb", std::format("CB{} walk", bank),
				 std::format("{:#x} is translated by a table at {:#x} that the "
					     "tables no longer hold",
					     address, start->table));
	for (unsigned i = 0; i < result.table_count; i++)
		tlb_.insert_table(bank, registers.asid(), result.tables[i]);
	return result;
}

bool Smmu::null_page(unsigned bank, std::uint64_t address) const
{
	return (get_bank(bank, actlr) & actlr_prr) && address >> 12 == get64(prr_low) >> 12;
}

Smmu::Result Smmu::fault(unsigned bank, const Fault &fault)
{
	const std::uint32_t base = (num_global_pages + bank) * page_size;
	const bool stall = fault.can_stall && (get(base + sctlr) & sctlr_cfcfg);

	if (observer_.tracing())
		observer_.event(std::format("smmu CB{} fault fsr {:#x} {} {:#x}{}", bank,
					    fault.status, fault.access.write ? "write" : "read",
					    fault.address, stall ? " stalled" : ""));
	if (get(base + fsr) & ~fsr_ss) {
		set(base + fsr, get(base + fsr) | fsr_multi);
	} else {
		set(base + fsr, get(base + fsr) | fault.status);
		set(base + far, static_cast<std::uint32_t>(fault.address));
		set(base + far + 4, static_cast<std::uint32_t>(fault.address >> 32));
		set(base + fsynr0, (fault.access.write ? fsynr0_wnr : 0) |
					   (fault.access.privileged ? fsynr0_pnu : 0) |
					   (fault.access.execute ? fsynr0_ind : 0) | bank << 16 |
					   fault.syndrome);
		set(base + fsynr1, fault.access.source);
		set(cbfrsynra + 4 * bank, fault.stream);
	}
	if (stall) {
		set(base + fsr, get(base + fsr) | fsr_ss);
		stalls_[bank] = {Stall::waiting,
				 Transaction{fault.stream, fault.address, fault.access.write}};
	}
	owner_.smmu_faulted();
	if (get(base + sctlr) & sctlr_cfie)
		owner_.smmu_context_fault(bank);
	return {stall ? Outcome::stalled : Outcome::aborted, 0, false};
}

void Smmu::external_abort(std::uint16_t stream, std::uint64_t address, const Access &access)
{
	bool bypass;
	const int bank = find_bank(stream, access, address, bypass);

	observer_.report("bus", "gpu",
			 std::format("{} {:#x} leads to no memory", access.write ? "write" : "read",
				     address));
	if (bank >= 0)
		fault(static_cast<unsigned>(bank), {fsr_ef, address, access, stream, 0, false});
}

void Smmu::set_table(unsigned bank, std::uint64_t ttbr)
{
	if (bank >= num_banks) {
		observer_.report("smmu", "CP_SMMU_TABLE_UPDATE",
				 std::format("no context bank {}", bank));
		return;
	}
	const std::uint32_t base = (num_global_pages + bank) * page_size;
	set(base + ttbr0, static_cast<std::uint32_t>(ttbr));
	set(base + ttbr0 + 4, static_cast<std::uint32_t>(ttbr >> 32));
	tlb_.invalidate_asid(bank, static_cast<std::uint16_t>(ttbr >> 48));
}

bool Smmu::stalled() const
{
	return std::ranges::find(stalls_, Stall::waiting, &Stalled::state) != stalls_.end();
}

void Smmu::abandon()
{
	for (Stalled &stalled : stalls_) {
		stalled.transaction.reset();
		if (stalled.state == Stall::terminated)
			stalled.state = Stall::none;
	}
}

} // namespace vadreno
