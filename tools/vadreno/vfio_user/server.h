/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The vfio-user server: takes messages from one client and calls the Device.
 *
 * Nothing is ever asked of the client (no DMA_READ, no DMA_WRITE): QEMU holds its big lock while it
 * waits for a region read's reply, so a server that needed QEMU to answer would wait for ever.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "channel.h"
#include "device.h"

namespace vfio_user {

/** Server - serves one Device to one client on a connected socket. Not thread-safe. */
class Server {
public:
	Server(UniqueFd socket, Device &device) : channel_(std::move(socket)), device_(device) {}

	/** fd() - becomes readable when service() has something to do. */
	int fd() const { return channel_.fd(); }

	/**
	 * service() - handle messages that have arrived, at most @limit of them.
	 *
	 * Return: false once the client has left. Throws ProtocolError for a message that cannot be
	 * framed or that comes before VERSION; anything else that is wrong with a message is
	 * answered with an errno.
	 */
	bool service(unsigned limit);

private:
	void dispatch(Message &message);
	int version(const Message &message);
	int dma_map(Message &message);
	int dma_unmap(const Message &message);
	int get_info(const Message &message);
	int get_region_info(const Message &message);
	int get_irq_info(const Message &message);
	int set_irqs(Message &message);
	int region_read(const Message &message);
	int region_write(const Message &message);
	int region_write_multi(const Message &message);

	int check_range(std::uint32_t region, std::uint64_t offset, std::uint64_t count) const;
	template <typename T>
	void answer(const T &body)
	{
		answer_bytes(std::as_bytes(std::span(&body, 1)));
	}
	void answer_bytes(std::span<const std::byte> body);

	Channel channel_;
	Device &device_;
	bool negotiated_ = false;
	std::vector<std::byte> reply_;
};

} // namespace vfio_user
