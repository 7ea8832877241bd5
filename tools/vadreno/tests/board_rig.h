/* SPDX-License-Identifier: GPL-2.0-only */
/* A board and the driver's side of it in one process, with a clock that stands still. */
#pragma once

#include "../model/adreno_board.h"
#include "driver_side.h"

namespace vadreno {

/** BoardParts - the board with all that it borrows. */
struct BoardParts {
	GuestRam ram_;
	vfio_user::MsixVectors msix_;
	VectorProbe gpu_irq_{msix_, 0}, global_irq_{msix_, 1}, bank_irq_{msix_, 2};
	FakeClock clock_;
	RecordingObserver observer_;
	AdrenoBoard board_{*find_chip("a610"), ram_.memory, msix_, clock_, observer_};
};

/** BoardRig - what a test or a fuzzer needs to play the driver. */
struct BoardRig : BoardParts, DriverSide {
	BoardRig() : DriverSide(board_, ram_.memory) {}

	/* The driver's doorbell, and the GPU working until it says that it cannot go on by itself.
	 */
	void kick()
	{
		ring_doorbell();
		run();
	}
	void run()
	{
		while (board_.run(64) == std::chrono::nanoseconds::zero()) {
		}
	}
	/* Run @packets from an indirect buffer, as a client's commands are. */
	void run_ib(std::initializer_list<Words> packets)
	{
		start();
		emit_ib(0, place_code(0, packets));
		kick();
	}
};

} // namespace vadreno
