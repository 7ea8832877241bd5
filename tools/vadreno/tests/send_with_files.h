/* SPDX-License-Identifier: GPL-2.0-only */
/* What a vfio-user client does and the server never: it sends descriptors along with a message. */
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>

namespace vfio_user {

/**
 * send_with_files() - one sendmsg()
 * @parts: the bytes, in pieces
 * @files: descriptors that travel with the first of them; 32 at most
 * @flags: MSG_…
 *
 * Return: as sendmsg() does. Throws std::length_error for too many descriptors.
 */
inline ssize_t send_with_files(int socket, std::span<iovec> parts, std::span<const int> files,
			       int flags = 0)
{
	alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int) * 32)] = {};
	msghdr message{};

	message.msg_iov = parts.data();
	message.msg_iovlen = parts.size();
	if (!files.empty()) {
		if (CMSG_SPACE(files.size_bytes()) > sizeof(control))
			throw std::length_error("too many descriptors");
		message.msg_control = control;
		message.msg_controllen = CMSG_SPACE(files.size_bytes());
		cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(files.size_bytes());
		std::memcpy(CMSG_DATA(header), files.data(), files.size_bytes());
	}
	return ::sendmsg(socket, &message, flags);
}

/** send_with_files() - the same, of bytes in one piece */
inline ssize_t send_with_files(int socket, std::span<const std::byte> bytes,
			       std::span<const int> files, int flags = 0)
{
	iovec part{const_cast<std::byte *>(bytes.data()), bytes.size()};

	return send_with_files(socket, std::span(&part, 1), files, flags);
}

} // namespace vfio_user
