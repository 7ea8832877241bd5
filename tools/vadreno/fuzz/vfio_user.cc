// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes the vfio-user server, with the whole board behind it: the input is what a client sends.
 *
 *   byte 0   modes, see enum Mode
 *   then messages, each
 *     u8 command, u8 length, u8 descriptors, u8 flags, length bytes of body
 *
 * A message's header is made here unless the mode says that the bytes are the stream itself. The
 * bodies of region accesses are brought into range unless the flags say otherwise, since next to
 * no random 64-bit offset is in a BAR. After each message the server has its turn, and the GPU has
 * one.
 *
 * Whatever comes, the server answers each whole message once, or ends the connection by throwing
 * ProtocolError; it never waits.
 */
#include <sys/socket.h>

#include <cstring>
#include <optional>
#include <vector>

#include "../model/adreno_board.h"
#include "../tests/fakes.h"
#include "../tests/send_with_files.h"
#include "../vfio_user/protocol.h"
#include "../vfio_user/server.h"
#include "input.h"

namespace {

using namespace vfio_user;
using fuzz::demand;

enum Mode : std::uint8_t {
	mode_raw = 1 << 0,             /* the rest of the input goes into the socket as it is */
	mode_without_version = 1 << 1, /* nothing is negotiated beforehand */
};

enum Flags : std::uint8_t {
	flags_wild = 1 << 0,     /* the body is left alone */
	flags_posted = 1 << 1,   /* no reply is wanted */
	flags_reply = 1 << 2,    /* claims to be a reply */
	flags_size = 1 << 3,     /* the announced size is wrong */
	flags_in_pieces = 1 << 4 /* the message arrives in two parts */
};

constexpr unsigned max_messages = 64;
constexpr std::uint64_t file_size = 0x10000;

class Client {
public:
	explicit Client(std::uint8_t mode)
	{
		int fds[2];
		demand(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
		socket_ = UniqueFd(fds[0]);
		server_.emplace(UniqueFd(fds[1]), device_);
		observer_.trace = false;
		if (!(mode & mode_without_version)) {
			send_message(static_cast<std::uint8_t>(Command::version), 0, 0,
				     std::vector<std::uint8_t>(sizeof(Version)));
		}
	}

	void run(fuzz::Input &input, bool raw)
	{
		for (unsigned i = 0; i < max_messages && !input.empty(); i++) {
			if (raw) {
				const auto bytes = input.take_bytes(1 + input.take<std::uint8_t>());
				send_bytes(bytes, {});
				turn();
				continue;
			}
			const auto command = input.take<std::uint8_t>();
			const auto length = input.take<std::uint8_t>();
			const auto descriptors = input.take<std::uint8_t>();
			const auto flags = input.take<std::uint8_t>();
			const auto bytes = input.take_bytes(length);
			send_message(command, descriptors, flags, {bytes.begin(), bytes.end()});
		}
	}

private:
	void send_message(std::uint8_t command, std::uint8_t descriptors, std::uint8_t flags,
			  std::vector<std::uint8_t> body)
	{
		if (!(flags & flags_wild))
			tame(static_cast<Command>(command), body);

		Header header{
			.id = ++id_,
			.command = command,
			.size = static_cast<std::uint32_t>(sizeof(Header) + body.size()),
			.flags = (flags & flags_posted ? flag_no_reply : 0) |
				 (flags & flags_reply ? flag_reply : 0),
			.error = 0,
		};
		if (flags & flags_size)
			header.size += static_cast<std::uint32_t>(descriptors) - 128;
		std::vector<std::uint8_t> bytes(sizeof(header));
		std::memcpy(bytes.data(), &header, sizeof(header));
		bytes.insert(bytes.end(), body.begin(), body.end());

		const std::span<const std::uint8_t> all(bytes);
		const std::size_t first = flags & flags_in_pieces ? all.size() / 2 : all.size();
		send_bytes(all.first(first), files(descriptors));
		turn();
		if (first < all.size()) {
			send_bytes(all.subspan(first), {});
			turn();
		}
	}

	/* Region accesses that reach something: @body begins with a RegionAccess or is a list of
	 * RegionWriteOne. */
	static void tame(Command command, std::vector<std::uint8_t> &body)
	{
		const auto access = [&](std::size_t at) {
			RegionAccess a;
			if (body.size() < at + sizeof(a))
				return;
			std::memcpy(&a, body.data() + at, sizeof(a));
			a.region %= 16;
			if (a.region == region_bar0)
				a.count = a.count & 1 ? 8 : 4;
			else
				a.count %= 64;
			a.offset %= a.region == region_bar0 ? 0x100000 : 0x1000;
			a.offset -= a.region == region_bar0 ? a.offset % a.count : 0;
			std::memcpy(body.data() + at, &a, sizeof(a));
		};
		if (command == Command::region_read || command == Command::region_write)
			access(0);
		if (command == Command::region_write_multi) {
			const std::uint64_t count =
				(body.size() - std::min<std::size_t>(body.size(), 8)) /
				sizeof(RegionWriteOne);
			for (std::uint64_t i = 0; i < count; i++)
				access(8 + i * sizeof(RegionWriteOne));
			if (count)
				std::memcpy(body.data(), &count, sizeof(count));
		}
		if (command == Command::dma_map && body.size() >= sizeof(DmaMap)) {
			DmaMap map;
			std::memcpy(&map, body.data(), sizeof(map));
			map.iova = GuestRam_base + map.iova % (1u << 24) / 0x1000 * 0x1000;
			map.offset = map.offset % (2 * file_size) / 0x1000 * 0x1000;
			map.size = map.size % (2 * file_size) / 0x1000 * 0x1000;
			std::memcpy(body.data(), &map, sizeof(map));
		}
	}

	/* The low nibble is how many, the high one what they are. */
	std::vector<UniqueFd> files(std::uint8_t descriptors)
	{
		std::vector<UniqueFd> list;
		for (unsigned i = 0; i < (descriptors & 0xfu); i++) {
			switch (descriptors >> 4 & 3) {
			case 0:
				list.emplace_back(::dup(file_.get()));
				break;
			case 1:
				list.emplace_back(::eventfd(0, EFD_CLOEXEC));
				break;
			case 2: { /* full, so that a write to it would wait for ever */
				UniqueFd full(::eventfd(0, EFD_CLOEXEC));
				static_cast<void>(::eventfd_write(full.get(), ~0ull - 1));
				list.push_back(std::move(full));
				break;
			}
			case 3:
				list.emplace_back(::dup(socket_.get()));
				break;
			}
		}
		return list;
	}

	void send_bytes(std::span<const std::uint8_t> bytes, const std::vector<UniqueFd> &fds)
	{
		std::vector<int> numbers;
		for (const UniqueFd &fd : fds)
			numbers.push_back(fd.get());
		static_cast<void>(send_with_files(socket_.get(), std::as_bytes(bytes), numbers,
						  MSG_DONTWAIT | MSG_NOSIGNAL));
	}

	/* The server's turn and the GPU's; replies are read, so that the socket never fills up. */
	void turn()
	{
		server_->service(4);
		if (const auto wait = board_.run(256))
			clock_.advance(*wait);
		observer_ = {};
		observer_.trace = false;

		char replies[4096];
		while (::recv(socket_.get(), replies, sizeof(replies), MSG_DONTWAIT) > 0) {
		}
	}

	static constexpr std::uint64_t GuestRam_base = vadreno::GuestRam::base;

	UniqueFd file_ = vadreno::make_memory_file(file_size);
	UniqueFd socket_;
	GuestMemory memory_;
	MsixVectors msix_;
	vadreno::FakeClock clock_;
	vadreno::RecordingObserver observer_;
	vadreno::AdrenoBoard board_{*vadreno::find_chip("a610"), memory_, msix_, clock_, observer_};
	PciDevice device_{vadreno::AdrenoBoard::pci_identity(), memory_, msix_, board_};
	std::optional<Server> server_;
	std::uint16_t id_ = 0;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
	fuzz::Input input(data, size);
	const auto mode = input.take<std::uint8_t>();

	try {
		Client(mode).run(input, mode & mode_raw);
	} catch (const ProtocolError &) {
	}
	return 0;
}
