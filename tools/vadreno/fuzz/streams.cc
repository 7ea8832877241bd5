// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the command processor: the input is an indirect buffer, run as a client's job on a board
 * that a driver has set up.
 *
 *   byte 0      modes, see enum Mode
 *   bytes 1-3   unused
 *   the rest    the buffer's dwords
 *
 * Packet headers are repaired (parity, and a length beyond the end), as most inputs would otherwise
 * end at their first one. A word whose top four bits are neither 4 nor 7 stays, and is an error.
 *
 * Most of the process' half of the address space is mapped, over and over to the same memory, so
 * that an arbitrary number is an address that can be used; with pages between that are missing,
 * read-only or privileged. Whatever the stream does, the CP's turn ends, register reads are
 * answered, and with registers protected as a driver does it, neither read-only nor privileged
 * memory changes, and after a restart of the CP the next job runs.
 */
#include "../tests/board_rig.h"
#include "input.h"

namespace {

using namespace vadreno;
using fuzz::demand;

enum Mode : std::uint8_t {
	mode_open = 1 << 0,     /* registers are not protected: a stream may break the board */
	mode_stall = 1 << 1,    /* SMMU faults stall */
	mode_retry = 1 << 2,    /* a stalled access is tried again before it is terminated */
	mode_detector = 1 << 3, /* the hang detector is on */
	mode_trace = 1 << 4,    /* traced, too */
};

constexpr std::uint32_t canary = 0x5ec2e7ff;
constexpr unsigned words_per_turn = 256;
constexpr unsigned max_turns = 128;

class StreamRig : public BoardRig {
public:
	explicit StreamRig(std::uint8_t mode) : mode_(mode)
	{
		observer_.trace = mode & mode_trace;
		map_everything();
		if (mode & mode_stall)
			set(bank0, sctlr_stall);
		if (mode & mode_detector)
			reg_set(reg::RBBM_INTERFACE_HANG_INT_CNTL, 1u << 30 | 0x1fffff);
		protect();
	}

	void run(fuzz::Input input)
	{
		const std::uint32_t size = place(input);
		start();
		emit(pkt7(pm4::CP_SET_PROTECTED_MODE, {1}));
		emit_ib(0, size);
		reg_set(reg::CP_RB_WPTR, wptr_);
		turns();
		demand(get(control) == BoardControl::magic);
		if (!(mode_ & mode_open))
			check();
	}

private:
	static constexpr std::uint64_t read_only_at = GuestRam::base + 0x300000,
				       privileged_at = GuestRam::base + 0x301000,
				       level3_at = GuestRam::base + 0x302000,
				       level2_at = GuestRam::base + 0x303000,
				       blocks_at = GuestRam::base + 0x400000;
	static constexpr std::uint64_t table = PageTables::flag_valid | PageTables::flag_page;

	/* Every 2 MiB from 16 GiB on: a block, a table with pages of all kinds, or nothing. */
	void map_everything()
	{
		kernel_.map(ring_iova, ring_at, PageTables::flags_rw | PageTables::flag_read_only);
		for (std::uint64_t offset = 0; offset < 0x1000; offset += 4) {
			poke(read_only_at + offset, 0);
			poke(privileged_at + offset, canary);
		}
		const std::uint64_t kinds[4] = {
			read_only_at | PageTables::flags_rw | PageTables::flag_read_only,
			privileged_at | (PageTables::flags_rw & ~PageTables::flag_user),
			0,
			data_at | PageTables::flags_rw,
		};
		const std::uint64_t rw_block = PageTables::flags_rw & ~PageTables::flag_page;
		for (std::uint64_t i = 0; i < 512; i++) {
			ram_.memory.write64(level3_at + 8 * i, kinds[i % 4]);
			ram_.memory.write64(level2_at + 8 * i,
					    i % 4 < 2    ? (blocks_at + i % 2 * 0x200000) | rw_block
					    : i % 4 == 2 ? level3_at | table
							 : 0);
		}
		for (std::uint64_t i = 16; i < 512; i++)
			user_.set_entry(i << 30, 1, level2_at | table);
	}

	/*
	 * All but the scratch registers, the 2D engine and what has no behaviour. Open, only the
	 * crash dumper, whose scripts are executed at once: a thousand of the longest take long.
	 */
	void protect()
	{
		constexpr std::uint32_t longest = 0x2000;
		std::uint32_t i = 0;
		const auto protect = [&](std::uint32_t first, std::uint32_t end) {
			for (; first < end; first += longest)
				reg_set(reg::CP_PROTECT + i++,
					first | (std::min(end - first, longest) - 1) << 18);
		};
		if (mode_ & mode_open) {
			protect(reg::CP_CRASH_DUMP_CNTL, reg::CP_CRASH_DUMP_CNTL + 1);
		} else {
			protect(0, reg::CP_SCRATCH);
			protect(reg::CP_SCRATCH + 8, 0x8c00);
			protect(0x1a000, 0x28000);
		}
		reg_set(reg::CP_PROTECT_CNTL, 1);
	}

	/* The buffer, with headers that decode; its size in dwords. */
	std::uint32_t place(fuzz::Input &input)
	{
		std::vector<std::uint32_t> words;
		while (!input.empty() && words.size() < pages * 0x400)
			words.push_back(input.take<std::uint32_t>());

		const auto size = static_cast<std::uint32_t>(words.size());
		for (std::uint32_t at = 0; at < size;) {
			const std::uint32_t word = words[at], left = size - at - 1;
			std::uint32_t count = 0;
			if (word >> 28 == 7) {
				count = std::min(word & 0x3fff, left);
				words[at] = encode_pkt7(word >> 16 & 0x7f, count);
			} else if (word >> 28 == 4) {
				count = std::min(word & 0x7f, left);
				words[at] = encode_pkt4(word >> 8 & 0x3ffff, count);
			}
			at += 1 + count;
		}
		for (std::uint32_t i = 0; i < size; i++)
			poke(code_at + 4 * i, words[i]);
		return size;
	}

	/* As the server's loop, with a driver that answers the SMMU's faults. */
	void turns()
	{
		bool retry = mode_ & mode_retry;
		for (unsigned turn = 0; turn < max_turns; turn++) {
			const auto wait = board_.run(words_per_turn);
			observer_ = {};
			observer_.trace = mode_ & mode_trace;
			if (wait) {
				clock_.advance(*wait);
				continue;
			}
			const std::uint32_t status = get(bank0 + 0x58);
			if (!(status >> 30 & 1))
				return;
			set(bank0 + 0x58, status);
			set(bank0 + 0x8, !std::exchange(retry, false));
		}
	}

	void check()
	{
		for (std::uint64_t offset = 0; offset < 0x1000; offset += 4) {
			demand(peek(read_only_at + offset) == 0);
			demand(peek(privileged_at + offset) == canary);
		}
		/* What recovery does: a stopped CP, an empty ring, nothing left in the SMMU. */
		reg_set(reg::CP_SQE_CNTL, 3);
		set(bank0, sctlr);
		if (reg_get(reg::RBBM_STATUS3) >> 24 & 1)
			set(bank0 + 0x8, 1);
		set(bank0 + 0x58, 0xffffffff);
		reg_set(reg::CP_RB_RPTR, 0);
		reg_set(reg::CP_RB_WPTR, wptr_ = 0);
		reg_set(reg::CP_SQE_CNTL, 1);
		start();
		emit(pkt7(pm4::CP_WHERE_AM_I, {low(shadow_iova), high(shadow_iova)}));
		emit(pkt7(pm4::CP_MEM_WRITE, {low(data_address(0)), high(data_address(0)), 0xd0e}));
		kick();
		demand(idle() && data(0) == 0xd0e);
	}

	std::uint8_t mode_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
	fuzz::Input input(data, size);
	const auto mode = static_cast<std::uint8_t>(input.take<std::uint32_t>());

	StreamRig(mode).run(input);
	return 0;
}
