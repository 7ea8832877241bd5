/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The crash dumper: copies registers to memory by a script in memory, for a driver that saves the
 * state of a hung GPU.
 *
 * A script is a list of pairs of 64-bit words. The second one has a register offset in bits 63:44
 * and a dword count below; the first is the iova that the registers are copied to or, with bit 21
 * set, a value to be written to the register. A pair of zeros ends it. Source:
 * CRASHDUMP_{WRITE,READ,FINI} and a6xx_crashdumper_run() in Linux' a6xx_gpu_state.c.
 */
#pragma once

#include <cstdint>

#include "gpu_memory.h"
#include "observer.h"
#include "register_block.h"
#include "register_bus.h"

namespace vadreno {

/** CrashDumper - attaches itself to CP_CRASH_DUMP_*. A script is executed at once when it is
 * started. */
class CrashDumper {
public:
	/* Pairs and registers together. No script of a driver comes near it; one that does has no end. */
	static constexpr unsigned max_steps = 1 << 19;

	CrashDumper(RegisterBlock &registers, RegisterBus &bus, GpuMemory &memory,
		    Observer &observer);

private:
	void run();

	RegisterBlock &registers_;
	RegisterBus &bus_;
	GpuMemory &memory_;
	Observer &observer_;
	bool running_ = false;
};

} // namespace vadreno
