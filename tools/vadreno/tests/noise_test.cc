// SPDX-License-Identifier: GPL-2.0-only
/*
 * Noise: a guest may write anything anywhere. Nothing of it may end or hang the program; the
 * sanitizers watch.
 */
#include <random>

#include "board_fixture.h"

namespace vadreno {
namespace {

class Noise : public BoardFixture {
protected:
	Noise() { observer_.trace = false; }

	std::uint32_t word() { return static_cast<std::uint32_t>(random_()); }
	std::uint32_t below(std::uint32_t limit) { return word() % limit; }
	/* Turns of the GPU, also through what would be endless; a wait's time passes at once. */
	void run_for(unsigned turns)
	{
		while (turns--) {
			const auto wait = board_.run(256);
			if (!wait)
				return;
			clock_.advance(*wait);
		}
	}
	/* An address that is mostly of a page that exists, aligned or not. */
	std::uint64_t any_address()
	{
		const std::uint64_t bases[] = {data_iova,   code_iova, ring_iova,
					       shadow_iova, 0,         ~0xfffull};
		return bases[below(std::size(bases))] + below(0x2000);
	}

	std::mt19937 random_{610};
};

TEST_F(Noise, Registers)
{
	for (int i = 0; i < 10000; i++) {
		if (i % 64 == 0) { /* some of the noise turns everything off */
			set(control + 0x10, 0);
			set(control + 0x10, 1);
			observer_.reports.clear();
		}
		const unsigned size = below(2) ? 4 : 8;
		const std::uint64_t offset = below(AdrenoBoard::bar_size / size) * size;
		if (below(2))
			board_.write(offset, size, word() % (below(2) ? 16 : 0xffffffff));
		else
			board_.read(offset, size);
		run_for(4);
	}
	EXPECT_EQ(get(control), BoardControl::magic);
}

/* Real opcodes with headers that decode, payloads of noise and of addresses that exist. */
TEST_F(Noise, Packets)
{
	start();
	kick();
	std::uint32_t executed = 0;
	for (int round = 0; round < 200; round++) {
		std::uint32_t size = 0;
		for (int packet = 0; packet < 1 + round % 8; packet++) {
			const std::uint32_t opcode = 0x10 + below(0x70);
			const std::uint32_t count = below(10);
			poke(code_at + 4 * size++, encode_pkt7(opcode, count));
			for (std::uint32_t i = 0; i < count;) {
				if (i + 1 < count && below(2)) {
					const std::uint64_t address = any_address();
					poke(code_at + 4 * (size + i++), low(address));
					poke(code_at + 4 * (size + i++), high(address));
				} else {
					poke(code_at + 4 * (size + i++),
					     below(3) ? below(64) : word());
				}
			}
			size += count;
		}
		emit_ib(0, size);
		reg_set(reg::CP_RB_WPTR, wptr_);
		run_for(100);
		executed += idle();

		/* What recovery does: start over, with the ring empty. */
		reg_set(reg::CP_SQE_CNTL, 3);
		reg_set(reg::CP_RB_RPTR, 0);
		reg_set(reg::CP_RB_WPTR, wptr_ = 0);
		reg_set(reg::CP_SQE_CNTL, 1);
		start();
		observer_.reports.clear();
	}
	EXPECT_GT(executed, 0u) << "not all of it hangs";
}

} // namespace
} // namespace vadreno
