/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One end of a vfio-user socket: bytes to messages and back.
 *
 * Receiving never blocks: a message is put together from whatever has arrived, first its header,
 * then exactly its body, so that descriptors sent along belong to the message whose bytes they came
 * with. Sending does block.
 */
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <vector>

#include "protocol.h"
#include "unique_fd.h"

namespace vfio_user {

/** ProtocolError - the peer sent something no vfio-user peer may send; the connection cannot go on.
 */
class ProtocolError : public std::runtime_error {
public:
	using std::runtime_error::runtime_error;
};

/** Message - one received message; the body excludes the header. */
struct Message {
	Header header;
	std::vector<std::byte> body;
	std::vector<UniqueFd> fds;
};

/** Channel - frames messages on a connected Unix stream socket. */
class Channel {
public:
	explicit Channel(UniqueFd socket) : socket_(std::move(socket)) {}

	int fd() const { return socket_.get(); }
	bool closed() const { return closed_; }

	/**
	 * receive() - the next message, if all of it has arrived.
	 *
	 * Return: the message, or nothing when more bytes are needed or the peer has left (see
	 * closed()). Throws ProtocolError for an impossible size or too many descriptors.
	 */
	std::optional<Message> receive();

	/** send() - a header and a body in one piece. Throws std::system_error when the socket
	 * fails. */
	void send(Header header, std::span<const std::byte> body);

private:
	bool fill(std::span<std::byte> target);

	UniqueFd socket_;
	bool closed_ = false;
	std::size_t received_ = 0; /* of header and body together */
	Header header_{};
	std::vector<std::byte> body_;
	std::vector<UniqueFd> fds_;
};

} // namespace vfio_user
