// SPDX-License-Identifier: GPL-2.0-only
#include "channel.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace vfio_user {

bool Channel::fill(std::span<std::byte> target)
{
	alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * max_message_fds)];

	while (!target.empty()) {
		iovec vector{target.data(), target.size()};
		msghdr msg{};
		msg.msg_iov = &vector;
		msg.msg_iovlen = 1;
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);

		ssize_t got = ::recvmsg(socket_.get(), &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (got <= 0) { /* the peer's end is gone, whether it said so or not */
			closed_ = true;
			return false;
		}

		for (cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
			if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
				continue;
			std::size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
			for (std::size_t i = 0; i < count; i++) {
				int fd;
				std::memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
				fds_.emplace_back(fd);
			}
		}
		if ((msg.msg_flags & MSG_CTRUNC) || fds_.size() > max_message_fds)
			throw ProtocolError("too many file descriptors with one message");

		received_ += static_cast<std::size_t>(got);
		target = target.subspan(static_cast<std::size_t>(got));
	}
	return true;
}

std::optional<Message> Channel::receive()
{
	if (received_ < sizeof(header_)) {
		auto bytes = std::as_writable_bytes(std::span(&header_, 1));
		if (!fill(bytes.subspan(received_)))
			return std::nullopt;
		if (header_.size < sizeof(header_) || header_.size > max_message)
			throw ProtocolError("message of " + std::to_string(header_.size) +
					    " bytes");
		body_.resize(header_.size - sizeof(header_));
	}
	if (!fill(std::span(body_).subspan(received_ - sizeof(header_))))
		return std::nullopt;

	received_ = 0;
	return Message{header_, std::exchange(body_, {}), std::exchange(fds_, {})};
}

void Channel::send(Header header, std::span<const std::byte> body)
{
	header.size = static_cast<std::uint32_t>(sizeof(header) + body.size());

	const auto head = std::as_bytes(std::span(&header, 1));
	std::vector<std::byte> bytes(head.begin(), head.end());
	bytes.insert(bytes.end(), body.begin(), body.end());

	std::span<const std::byte> left(bytes);
	while (!left.empty()) {
		ssize_t sent = ::send(socket_.get(), left.data(), left.size(), MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
			closed_ = true; /* nobody is left to answer to */
			return;
		}
		if (sent < 0)
			throw std::system_error(errno, std::generic_category(), "vfio-user socket");
		left = left.subspan(static_cast<std::size_t>(sent));
	}
}

} // namespace vfio_user
