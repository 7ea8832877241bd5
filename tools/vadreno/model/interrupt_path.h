/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way of an interrupt message from a block to the guest, on which, in hostile mode, it may get
 * lost, be late, or be merged with others.
 */
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "../vfio_user/msix.h"
#include "clock.h"
#include "injector.h"

namespace vadreno {

/** InterruptPath - sends messages by MSI-X vector. */
class InterruptPath {
public:
	InterruptPath(vfio_user::MsixVectors &msix, Injector &injector, const Clock &clock)
		: msix_(msix), injector_(injector), clock_(clock)
	{
	}

	void send(unsigned vector);
	/** deliver() - send what is due; returns how long it is to the next one. */
	std::optional<std::chrono::nanoseconds> deliver();
	/** deliver_all() - nothing is held up any longer. */
	void deliver_all();
	/** forget() - a vector's line is dead: what is held up for it goes. */
	void forget(unsigned vector);

private:
	struct Late {
		std::chrono::nanoseconds due;
		unsigned vector;
		bool merges; /* takes further messages of its vector along */
	};

	vfio_user::MsixVectors &msix_;
	Injector &injector_;
	const Clock &clock_;
	std::vector<Late> late_;
};

} // namespace vadreno
