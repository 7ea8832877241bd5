/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vfio-user client in the smallest form that drives the board: what QEMU is otherwise. Writes are
 * posted, as QEMU's are.
 */
#pragma once

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "../tests/send_with_files.h"
#include "../vfio_user/pci_device.h"
#include "../vfio_user/protocol.h"
#include "../vfio_user/unique_fd.h"

namespace bench {

/** Client - BAR0 of a server at a socket. Throws std::system_error, or std::runtime_error for an
 * error reply. */
class Client : public vfio_user::BarDevice {
public:
	explicit Client(const std::string &path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0))
	{
		sockaddr_un address{};
		address.sun_family = AF_UNIX;
		path.copy(address.sun_path, sizeof(address.sun_path) - 1);
		if (::connect(socket_.get(), reinterpret_cast<sockaddr *>(&address),
			      sizeof(address)))
			throw std::system_error(errno, std::generic_category(), path);
		call(vfio_user::Command::version, bytes_of(vfio_user::Version{0, 1}));
	}

	std::uint64_t read(std::uint64_t offset, unsigned size) override
	{
		const auto reply = call(vfio_user::Command::region_read,
					bytes_of(vfio_user::RegionAccess{offset, 0, size}));
		std::uint64_t value = 0;
		std::memcpy(&value, reply.data() + sizeof(vfio_user::RegionAccess), size);
		return value;
	}
	void write(std::uint64_t offset, unsigned size, std::uint64_t value) override
	{
		auto body = bytes_of(vfio_user::RegionAccess{offset, 0, size});
		const auto data = bytes_of(value);
		body.insert(body.end(), data.begin(), data.begin() + size);
		send(vfio_user::Command::region_write, body, -1, vfio_user::flag_no_reply);
	}
	void reset() override { call(vfio_user::Command::device_reset, {}); }

	/** map() - @fd as guest memory from @iova on */
	void map(std::uint64_t iova, std::uint64_t size, int fd)
	{
		call(vfio_user::Command::dma_map,
		     bytes_of(vfio_user::DmaMap{sizeof(vfio_user::DmaMap),
						vfio_user::dma_map_read | vfio_user::dma_map_write,
						0, iova, size}),
		     fd);
	}
	/** set_vector() - where MSI-X vector @vector arrives */
	void set_vector(std::uint32_t vector, int eventfd)
	{
		call(vfio_user::Command::device_set_irqs,
		     bytes_of(vfio_user::IrqSet{sizeof(vfio_user::IrqSet),
						vfio_user::irq_set_data_eventfd |
							vfio_user::irq_set_action_trigger,
						vfio_user::irq_msix, vector, 1}),
		     eventfd);
	}

private:
	using Bytes = std::vector<std::byte>;

	template <typename T>
	static Bytes bytes_of(const T &value)
	{
		const auto view = std::as_bytes(std::span(&value, 1));
		return {view.begin(), view.end()};
	}

	void send(vfio_user::Command command, const Bytes &body, int fd, std::uint32_t flags)
	{
		vfio_user::Header header{
			++id_, static_cast<std::uint16_t>(command),
			static_cast<std::uint32_t>(sizeof(vfio_user::Header) + body.size()), flags,
			0};
		iovec parts[] = {{&header, sizeof(header)},
				 {const_cast<std::byte *>(body.data()), body.size()}};
		const std::span<const int> files(&fd, fd < 0 ? 0 : 1);
		if (vfio_user::send_with_files(socket_.get(), parts, files, MSG_NOSIGNAL) !=
		    static_cast<ssize_t>(header.size))
			throw std::system_error(errno, std::generic_category(), "vfio-user");
	}

	void receive(void *data, std::size_t size)
	{
		if (size &&
		    ::recv(socket_.get(), data, size, MSG_WAITALL) != static_cast<ssize_t>(size))
			throw std::system_error(errno, std::generic_category(), "vfio-user");
	}

	Bytes call(vfio_user::Command command, const Bytes &body, int fd = -1)
	{
		vfio_user::Header header;

		send(command, body, fd, 0);
		receive(&header, sizeof(header));
		Bytes reply(header.size - sizeof(header));
		receive(reply.data(), reply.size());
		if (header.error)
			throw std::runtime_error("vfio-user command " +
						 std::to_string(header.command) + ": " +
						 std::strerror(static_cast<int>(header.error)));
		return reply;
	}

	vfio_user::UniqueFd socket_;
	std::uint16_t id_ = 0;
};

} // namespace bench
