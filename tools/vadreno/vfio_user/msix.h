/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSI-X vectors as eventfds.
 *
 * The client owns masking and the table; here a vector is only an eventfd that may be missing. A
 * message for a vector without one waits, like a set bit in the PBA, until the client hands the
 * eventfd over.
 */
#pragma once

#include <array>
#include <cstdint>

#include "unique_fd.h"

namespace vfio_user {

/** MsixVectors - the device's interrupt messages. A vector number is 0 … count - 1. */
class MsixVectors {
public:
	static constexpr unsigned count = 16;

	void set_eventfd(unsigned vector, UniqueFd fd);
	/** fire() - send the message, or remember that it is due. */
	void fire(unsigned vector);
	/** clear_pending() - forget what is due, at a device reset. */
	void clear_pending();

private:
	struct Vector {
		UniqueFd fd;
		bool pending = false;
	};

	std::array<Vector, count> vectors_;
};

} // namespace vfio_user
