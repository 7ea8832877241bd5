// SPDX-License-Identifier: GPL-2.0-only
#include "crash_dumper.h"

#include <utility>

#include "names.h"

namespace vadreno {

namespace {

constexpr std::uint32_t cntl_start = 1u << 0;
constexpr std::uint32_t status_done = 1u << 1;
constexpr unsigned pair_register_shift = 44;
constexpr std::uint32_t pair_write = 1u << 21;
constexpr std::uint32_t pair_count_mask = (1u << 21) - 1;

} // namespace

CrashDumper::CrashDumper(RegisterBlock &registers, RegisterBus &bus, GpuMemory &memory,
			 Observer &observer)
	: registers_(registers), bus_(bus), memory_(memory), observer_(observer)
{
	registers_.on_write(reg::CP_CRASH_DUMP_CNTL, 1, [this](std::uint32_t, std::uint32_t value) {
		registers_.set(reg::CP_CRASH_DUMP_STATUS, 0);
		/* A script that starts a script: there is one dumper. */
		if ((value & cntl_start) && !std::exchange(running_, true)) {
			run();
			running_ = false;
		}
	});
}

void CrashDumper::run()
{
	std::uint64_t script = registers_.get64(reg::CP_CRASH_DUMP_SCRIPT_BASE);

	try {
		for (unsigned steps = 0; steps < max_steps; script += 16, steps++) {
			memory_.commit();
			const std::uint64_t first = memory_.read64(script);
			const std::uint64_t second = memory_.read64(script + 8);
			if (!first && !second) {
				registers_.set(reg::CP_CRASH_DUMP_STATUS, status_done);
				return;
			}

			const auto offset =
				static_cast<std::uint32_t>(second >> pair_register_shift);
			if (second & pair_write) {
				bus_.write(offset, static_cast<std::uint32_t>(first),
					   Initiator::cp);
				continue;
			}
			const auto count = static_cast<std::uint32_t>(second) & pair_count_mask;
			for (std::uint32_t i = 0; i < count && steps < max_steps; i++, steps++)
				memory_.write32(first + 4 * i,
						bus_.read(offset + i, Initiator::cp));
		}
		observer_.report("crash-dumper", "script", "has no end");
	} catch (const MemoryStall &) {
		/* Nobody restarts it: the driver sees that it does not get done. */
		observer_.report("crash-dumper", "script",
				 "needs memory while the SMMU is stalled");
	}
}

} // namespace vadreno
