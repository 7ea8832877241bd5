/* SPDX-License-Identifier: GPL-2.0-only */
/* Firmware files, as objects that give them back. */
#pragma once

#include <cstddef>
#include <span>

#include "bridge/firmware.h"
#include "kernel/device.h"

namespace kernel {

/** class Firmware - a loaded file */
class Firmware {
public:
	/**
	 * Firmware::request() - loads qcom/@name, else @name
	 *
	 * May sleep for as long as a user-space helper takes. Return: ENOENT if there is no such
	 * file.
	 */
	static Result<Firmware> request(MayAlloc token, Device device, const char *name)
	{
		const struct ::firmware *firmware = nullptr;

		TRY(fail_point(token));
		TRY(from_errno(bridge_firmware_request(device.get(), name, &firmware)));
		return Firmware(firmware);
	}

	std::span<const std::byte> bytes() const
	{
		return {static_cast<const std::byte *>(bridge_firmware_data(handle_.get())),
			bridge_firmware_size(handle_.get())};
	}

private:
	explicit Firmware(const struct ::firmware *firmware) : handle_(firmware) {}

	Handle<const struct ::firmware, bridge_firmware_release> handle_;
};

} // namespace kernel
