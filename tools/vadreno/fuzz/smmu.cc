// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the SMMU: the input is a list of register accesses, descriptors put into memory and
 * transactions, each led by a byte that tells which.
 *
 * The bank is set up for 4 KiB pages and both halves before, and descriptors point into memory
 * mostly, as almost nothing would be translated otherwise. Whatever comes: a translation that was
 * found is found again in the same way, and one right after an invalidation of everything is what
 * the tables hold.
 */
#include "../model/smmu.h"

#include "../tests/fakes.h"
#include "input.h"

namespace {

using namespace vadreno;
using fuzz::demand;

constexpr std::uint64_t memory_size = 0x40000;
constexpr unsigned max_steps = 1000;

class Rig : private Smmu::Owner {
public:
	Rig()
	{
		observer_.trace = false;
		memory_.map(GuestRam::base, memory_size, make_memory_file(memory_size), 0, true);
		smmu_.write(0, 4, 0x404);                 /* sCR0: unmatched streams fault */
		smmu_.write(0x800, 4, 0x80000000);        /* SMR0: stream 0 */
		smmu_.write(0xc00, 4, 0);                 /* S2CR0: bank 0 */
		smmu_.write(bank0 + 0x30, 4, 0xb5103510); /* TCR */
		smmu_.write(bank0 + 0x20, 8, GuestRam::base);
		smmu_.write(bank0 + 0x28, 8, GuestRam::base + 0x1000);
		smmu_.write(bank0, 4, 0x1167); /* SCTLR */
	}

	void step(fuzz::Input &input)
	{
		const auto what = input.take<std::uint8_t>();
		const unsigned width = what & 0x80 ? 8 : 4;

		switch (what % 4) {
		case 0: {
			const std::uint32_t offset =
				input.take<std::uint16_t>() % (Smmu::size / width) * width;
			smmu_.write(offset, width, input.take<std::uint64_t>());
			smmu_.read(offset, width);
			break;
		}
		case 1: {
			const std::uint64_t index = input.take<std::uint16_t>() % (memory_size / 8);
			auto descriptor = input.take<std::uint64_t>();
			if (what & 0x40)
				descriptor = (descriptor & ~address_mask) | GuestRam::base |
					     (descriptor & address_mask & (memory_size - 1));
			memory_.write64(GuestRam::base + 8 * index, descriptor);
			break;
		}
		case 2:
			translate(input.take<std::uint64_t>(), what);
			break;
		case 3: /* an address whose first levels are the tables' first entries */
			translate(input.take<std::uint32_t>() |
					  (what & 0x40 ? 0xffff'0000'0000'0000 : 0),
				  what);
			break;
		}
		observer_.reports.clear();
	}

private:
	static constexpr std::uint32_t bank0 = Smmu::num_global_pages * Smmu::page_size;
	static constexpr std::uint64_t address_mask = 0x0000'ffff'ffff'f000;

	void translate(std::uint64_t address, std::uint8_t how)
	{
		const Access access{.write = (how & 4) != 0,
				    .privileged = (how & 8) != 0,
				    .execute = (how & 16) != 0};
		const std::uint16_t stream = how & 32 ? 1 : 0;

		const auto first = smmu_.translate(stream, address, access);
		if (first.outcome == Smmu::Outcome::stalled) {
			smmu_.write(bank0 + 0x8, 4, how >> 7); /* RESUME */
			return;
		}
		if (first.outcome != Smmu::Outcome::ok)
			return;
		const auto second = smmu_.translate(stream, address, access);
		demand(second.outcome == Smmu::Outcome::ok && second.address == first.address);

		smmu_.write(0x6c, 4, 0); /* TLBIALLH */
		demand(smmu_.tlb().size() == 0);
		observer_.reports.clear();
		smmu_.translate(stream, address, access);
		demand(!observer_.reported("stale-tlb"));
	}

	void smmu_global_fault() override {}
	void smmu_faulted() override {}
	void smmu_context_fault(unsigned) override {}
	void smmu_resumed() override {}

	vfio_user::GuestMemory memory_;
	RecordingObserver observer_;
	FakeClock clock_;
	Injector injector_{clock_, observer_};
	Smmu smmu_{*this, memory_, injector_, observer_};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
	fuzz::Input input(data, size);
	Rig rig;

	for (unsigned i = 0; i < max_steps && !input.empty(); i++)
		rig.step(input);
	return 0;
}
