/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver's side of the board: powers it, sets up its SMMU as Linux does for a GPU with split
 * page tables, and has a ring to write packets to. Everything goes through the BAR and guest memory,
 * wherever the board is: in the same process for tests and fuzzers, behind a socket for benchmarks.
 */
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <vector>

#include "../model/names.h"
#include "../model/pm4.h"
#include "../vfio_user/pci_device.h"
#include "fakes.h"

namespace vadreno {

/** DriverSide - guest memory must be GuestRam's size, at its place. */
struct DriverSide {
	static constexpr std::uint32_t smmu = 0xa0000, bank0 = smmu + 0x8000, control = 0xf0000;

	/* GPU addresses: the kernel's half has bit 48, the process' does not. Physical pages behind
	 * them. */
	static constexpr std::uint64_t ring_iova = 0x1'0000'0000'1000,
				       shadow_iova = 0x1'0000'0001'0000,
				       sqe_iova = 0x1'0000'0002'0000, data_iova = 0x1'0000'0000,
				       code_iova = 0x1'0010'0000;
	static constexpr std::uint64_t ring_at = GuestRam::base + 0x1000,
				       shadow_at = GuestRam::base + 0x10000,
				       sqe_at = GuestRam::base + 0x20000,
				       data_at = GuestRam::base + 0x100000,
				       code_at = GuestRam::base + 0x200000;
	static constexpr std::uint32_t ring_words = 1024; /* 4 KiB */
	static constexpr std::uint64_t pages = 16;        /* of data and of code */
	static constexpr std::uint64_t kernel_base = 0xffff'0000'0000'0000;

	DriverSide(vfio_user::BarDevice &bar, vfio_user::GuestMemory &memory)
		: bar_(bar), memory_(memory)
	{
		set(control + 0x10, 0);
		set(control + 0x10, 1);

		kernel_.map(ring_iova, ring_at);
		kernel_.map(shadow_iova, shadow_at, PageTables::flags_rw & ~PageTables::flag_user);
		kernel_.map(sqe_iova, sqe_at);
		poke(sqe_at, 0x01000190);
		for (std::uint64_t i = 0; i < pages; i++) {
			user_.map(data_iova + i * 0x1000, data_at + i * 0x1000);
			user_.map(code_iova + i * 0x1000, code_at + i * 0x1000);
		}

		set(smmu + 0x0, 0x400 | 0x4);  /* sCR0: unmatched streams fault */
		set(smmu + 0x800, 0x80000000); /* SMR0: stream 0 */
		set(smmu + 0xc00, 0);          /* S2CR0: bank 0 */
		set(bank0 + 0x30, 0xb5103510); /* TCR */
		set64(bank0 + 0x20, user_.root());
		set64(bank0 + 0x28, kernel_.root());
		set(bank0 + 0x0, sctlr);

		reg_set(reg::RBBM_INT_0_MASK, 0xffffffff);
		reg_set(reg::CP_PROTECT_CNTL, 1);
		reg_set64(reg::CP_RB_BASE, ring_iova);
		reg_set(reg::CP_RB_CNTL, 9 | 1u << 27); /* 2 << 9 words, no automatic RPTR */
		reg_set64(reg::CP_SQE_INSTR_BASE, sqe_iova);
		reg_set(reg::CP_SQE_CNTL, 1);
	}

	/* The BAR */
	void set(std::uint32_t offset, std::uint32_t value) { bar_.write(offset, 4, value); }
	void set64(std::uint32_t offset, std::uint64_t value) { bar_.write(offset, 8, value); }
	std::uint32_t get(std::uint32_t offset)
	{
		return static_cast<std::uint32_t>(bar_.read(offset, 4));
	}
	std::uint64_t get64(std::uint32_t offset) { return bar_.read(offset, 8); }
	void reg_set(std::uint32_t offset, std::uint32_t value) { set(4 * offset, value); }
	void reg_set64(std::uint32_t offset, std::uint64_t value)
	{
		reg_set(offset, static_cast<std::uint32_t>(value));
		reg_set(offset + 1, static_cast<std::uint32_t>(value >> 32));
	}
	std::uint32_t reg_get(std::uint32_t offset) { return get(4 * offset); }

	/* Guest memory by physical address, and the data pages by offset */
	void poke(std::uint64_t address, std::uint32_t value)
	{
		if (!memory_.write32(address, value))
			throw std::out_of_range("no guest memory there");
	}
	std::uint32_t peek(std::uint64_t address) { return memory_.read32(address).value(); }
	std::uint32_t data(std::uint64_t offset) { return peek(data_at + offset); }
	void set_data(std::uint64_t offset, std::uint32_t value) { poke(data_at + offset, value); }

	/* Packets */
	using Words = std::vector<std::uint32_t>;

	static Words pkt7(std::uint32_t opcode, std::initializer_list<std::uint32_t> payload)
	{
		Words words{encode_pkt7(opcode, static_cast<std::uint32_t>(payload.size()))};
		words.insert(words.end(), payload);
		return words;
	}
	static Words pkt4(std::uint32_t offset, std::initializer_list<std::uint32_t> payload)
	{
		Words words{encode_pkt4(offset, static_cast<std::uint32_t>(payload.size()))};
		words.insert(words.end(), payload);
		return words;
	}
	static constexpr std::uint32_t low(std::uint64_t value)
	{
		return static_cast<std::uint32_t>(value);
	}
	static constexpr std::uint32_t high(std::uint64_t value)
	{
		return static_cast<std::uint32_t>(value >> 32);
	}
	static constexpr std::uint64_t data_address(std::uint64_t offset)
	{
		return data_iova + offset;
	}

	/* Packets into the ring; nothing happens until ring_doorbell(). */
	void emit(const Words &words)
	{
		for (std::uint32_t word : words) {
			poke(ring_at + 4 * wptr_, word);
			wptr_ = (wptr_ + 1) % ring_words;
		}
	}
	/* Packets into the code pages; returns the indirect buffer's size. */
	std::uint32_t place_code(std::uint64_t offset, std::initializer_list<Words> packets)
	{
		std::uint32_t size = 0;
		for (const Words &packet : packets)
			for (std::uint32_t word : packet)
				poke(code_at + offset + 4 * size++, word);
		return size;
	}
	void emit_ib(std::uint64_t offset, std::uint32_t size)
	{
		emit(pkt7(pm4::CP_INDIRECT_BUFFER,
			  {low(code_iova + offset), high(code_iova + offset), size}));
	}
	void ring_doorbell() { reg_set(reg::CP_RB_WPTR, wptr_); }
	void start() { emit(pkt7(pm4::CP_ME_INIT, {0x2f, 3, 0x20000000, 0, 0, 0, 0, 0})); }
	bool idle() { return reg_get(reg::RBBM_STATUS) == 0; }

	/* M, CFRE, CFIE, ASIDPNE and hit-under-fault, as qcom_adreno_smmu_write_sctlr() has it;
	 * CFCFG is bit 7. */
	static constexpr std::uint32_t sctlr = 0x1167, sctlr_stall = sctlr | 0x80;

	vfio_user::BarDevice &bar_;
	vfio_user::GuestMemory &memory_;
	PageTables user_{memory_, 0};
	PageTables kernel_{memory_, 1};
	std::uint32_t wptr_ = 0;
};

} // namespace vadreno
