// SPDX-License-Identifier: GPL-2.0-only
/* The protocol, spoken by a fake client over a socket pair. */
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <random>

#include "../vfio_user/pci_device.h"
#include "../vfio_user/protocol.h"
#include "../vfio_user/server.h"
#include "fakes.h"
#include "send_with_files.h"

namespace vfio_user {
namespace {

using vadreno::make_memory_file;

/* Registers that remember what was written to them. */
class FakeRegisters : public BarDevice {
public:
	std::uint64_t read(std::uint64_t offset, unsigned) override { return values[offset]; }
	void write(std::uint64_t offset, unsigned, std::uint64_t value) override
	{
		values[offset] = value;
	}
	void reset() override
	{
		values.clear();
		resets++;
	}

	std::map<std::uint64_t, std::uint64_t> values;
	int resets = 0;
};

struct Reply {
	Header header;
	std::vector<std::byte> body;

	template <typename T>
	T as(std::size_t offset = 0) const
	{
		T value{};
		EXPECT_GE(body.size(), offset + sizeof(T));
		if (body.size() >= offset + sizeof(T))
			std::memcpy(&value, body.data() + offset, sizeof(T));
		return value;
	}
};

class VfioUser : public testing::Test {
protected:
	VfioUser()
	{
		int fds[2];
		EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
		client_ = UniqueFd(fds[0]);
		server_ = std::make_unique<Server>(UniqueFd(fds[1]), device_);
	}

	template <typename... Parts>
	static std::vector<std::byte> pack(const Parts &...parts)
	{
		std::vector<std::byte> bytes;
		auto add = [&bytes](const auto &part) {
			auto view = std::as_bytes(std::span(&part, 1));
			bytes.insert(bytes.end(), view.begin(), view.end());
		};
		(add(parts), ...);
		return bytes;
	}

	void send(Command command, const std::vector<std::byte> &body,
		  const std::vector<int> &fds = {}, std::uint32_t flags = 0)
	{
		const Header header{++id_, static_cast<std::uint16_t>(command),
				    static_cast<std::uint32_t>(sizeof(Header) + body.size()), flags,
				    0};
		auto bytes = pack(header);
		bytes.insert(bytes.end(), body.begin(), body.end());
		send_raw(bytes, fds);
	}

	void send_raw(const std::vector<std::byte> &bytes, const std::vector<int> &fds = {})
	{
		ASSERT_EQ(send_with_files(client_.get(), bytes, fds),
			  static_cast<ssize_t>(bytes.size()));
	}

	/* The server's answer, if it has given one. */
	std::optional<Reply> receive()
	{
		Reply reply;
		if (::recv(client_.get(), &reply.header, sizeof(Header), MSG_DONTWAIT) !=
		    static_cast<ssize_t>(sizeof(Header)))
			return std::nullopt;
		reply.body.resize(reply.header.size - sizeof(Header));
		if (!reply.body.empty()) {
			EXPECT_EQ(::recv(client_.get(), reply.body.data(), reply.body.size(), 0),
				  static_cast<ssize_t>(reply.body.size()));
		}
		return reply;
	}

	Reply call(Command command, const std::vector<std::byte> &body,
		   const std::vector<int> &fds = {})
	{
		send(command, body, fds);
		EXPECT_TRUE(server_->service(1));
		auto reply = receive();
		EXPECT_TRUE(reply);
		if (!reply)
			return {};
		EXPECT_EQ(reply->header.id, id_);
		EXPECT_EQ(reply->header.flags & flag_type_mask, flag_reply);
		return *reply;
	}

	std::uint32_t error_of(Command command, const std::vector<std::byte> &body,
			       const std::vector<int> &fds = {})
	{
		const Reply reply = call(command, body, fds);
		EXPECT_EQ((reply.header.flags & flag_error) != 0, reply.header.error != 0);
		return reply.header.error;
	}

	void negotiate()
	{
		EXPECT_EQ(error_of(Command::version, pack(Version{0, 0}, '{', '}', '\0')), 0u);
	}

	static constexpr PciIdentity identity{
		.vendor = 0x1234,
		.device = 0x0610,
		.class_code = 0xff0000,
		.bar0_size = 0x100000,
		.bar4_size = 0x1000,
		.vectors = 16,
	};

	GuestMemory memory_;
	MsixVectors msix_;
	FakeRegisters registers_;
	PciDevice device_{identity, memory_, msix_, registers_};
	UniqueFd client_;
	std::unique_ptr<Server> server_;
	std::uint16_t id_ = 0;
};

TEST_F(VfioUser, VersionComesFirst)
{
	send(Command::device_get_info, pack(DeviceInfo{}));
	EXPECT_THROW(server_->service(1), ProtocolError);
}

TEST_F(VfioUser, VersionIsNegotiated)
{
	const Reply reply = call(Command::version, pack(Version{0, 0}));
	EXPECT_EQ(reply.as<Version>().minor, 0);
	const std::string json(reinterpret_cast<const char *>(reply.body.data()) + sizeof(Version));
	EXPECT_NE(json.find("\"write_multiple\":true"), json.npos);
	EXPECT_EQ(reply.body.back(), std::byte{0});

	EXPECT_EQ(call(Command::version, pack(Version{0, 9})).as<Version>().minor, 1);
	EXPECT_EQ(error_of(Command::version, pack(Version{1, 0})), ENOTSUP);
	EXPECT_EQ(error_of(Command::version, {}), EINVAL);
}

TEST_F(VfioUser, DescribesTheDevice)
{
	negotiate();
	const auto info = call(Command::device_get_info, pack(DeviceInfo{})).as<DeviceInfo>();
	EXPECT_EQ(info.flags, device_flag_reset | device_flag_pci);
	EXPECT_EQ(info.num_regions, 9u);
	EXPECT_EQ(info.num_irqs, 5u);

	const std::map<std::uint32_t, std::uint64_t> sizes = {{0, 0x100000}, {4, 0x1000}, {7, 256}};
	for (std::uint32_t i = 0; i < 9; i++) {
		const auto region =
			call(Command::device_get_region_info, pack(RegionInfo{.index = i}))
				.as<RegionInfo>();
		EXPECT_EQ(region.size, sizes.contains(i) ? sizes.at(i) : 0) << i;
		EXPECT_EQ(region.flags & ~3u, 0u) << "a mappable region makes all writes wait";
	}
	EXPECT_EQ(error_of(Command::device_get_region_info, pack(RegionInfo{.index = 9})), EINVAL);

	for (std::uint32_t i = 0; i < 5; i++) {
		const auto irq =
			call(Command::device_get_irq_info, pack(IrqInfo{.index = i})).as<IrqInfo>();
		EXPECT_EQ(irq.count, i == irq_msix ? 16u : 0u);
	}
	EXPECT_EQ(error_of(Command::device_get_irq_info, pack(IrqInfo{.index = 5})), EINVAL);
}

TEST_F(VfioUser, RegionAccesses)
{
	negotiate();
	EXPECT_EQ(error_of(Command::region_write, pack(RegionAccess{0x40, 0, 4}, 0xcafeu)), 0u);
	EXPECT_EQ(registers_.values.at(0x40), 0xcafeu);
	const Reply read = call(Command::region_read, pack(RegionAccess{0x40, 0, 8}));
	EXPECT_EQ(read.as<std::uint64_t>(sizeof(RegionAccess)), 0xcafeu);

	/* The same, posted: nothing comes back. */
	send(Command::region_write, pack(RegionAccess{0x48, 0, 8}, 0x123456789aull), {},
	     flag_no_reply);
	EXPECT_TRUE(server_->service(1));
	EXPECT_FALSE(receive());
	EXPECT_EQ(registers_.values.at(0x48), 0x123456789aull);
}

TEST_F(VfioUser, RegionAccessesThatCannotBe)
{
	negotiate();
	for (const RegionAccess access :
	     {RegionAccess{0x100000, 0, 4}, RegionAccess{0xffffc, 0, 8}, RegionAccess{~0ull, 0, 4},
	      RegionAccess{0, 1, 4}, RegionAccess{0, 99, 4}, RegionAccess{0, 0, 0},
	      RegionAccess{0, 0, 1}, RegionAccess{2, 0, 4}, RegionAccess{4, 0, 8},
	      RegionAccess{0, 0, 0xffffffff}, RegionAccess{250, 7, 8}}) {
		EXPECT_EQ(error_of(Command::region_read, pack(access)), EINVAL);
		EXPECT_EQ(error_of(Command::region_write, pack(access, 0ull)), EINVAL);
	}
	EXPECT_EQ(error_of(Command::region_write, pack(RegionAccess{0, 0, 8}, 0u)), EINVAL)
		<< "less data than announced";
	EXPECT_TRUE(registers_.values.empty());
}

TEST_F(VfioUser, ManyWritesInOneMessage)
{
	negotiate();
	EXPECT_EQ(error_of(Command::region_write_multi,
			   pack(std::uint64_t{2}, RegionWriteOne{0x10, 0, 4, {1}},
				RegionWriteOne{0x18, 0, 8, {2, 0, 0, 0, 3}})),
		  0u);
	EXPECT_EQ(registers_.values.at(0x10), 1u);
	EXPECT_EQ(registers_.values.at(0x18), 0x300000002u);
	EXPECT_EQ(error_of(Command::region_write_multi,
			   pack(std::uint64_t{2}, RegionWriteOne{0x10, 0, 4, {1}})),
		  EINVAL)
		<< "fewer than announced";
	EXPECT_EQ(error_of(Command::region_write_multi,
			   pack(std::uint64_t{1}, RegionWriteOne{0, 0, 16, {}})),
		  EINVAL);
}

TEST_F(VfioUser, ConfigurationSpace)
{
	negotiate();
	const Reply ids = call(Command::region_read, pack(RegionAccess{0, 7, 4}));
	EXPECT_EQ(ids.as<std::uint32_t>(sizeof(RegionAccess)), 0x06101234u);

	/* Size a BAR as every PCI driver does: all ones in, the size's complement out. */
	EXPECT_EQ(error_of(Command::region_write, pack(RegionAccess{0x10, 7, 4}, 0xffffffffu)), 0u);
	const Reply bar = call(Command::region_read, pack(RegionAccess{0x10, 7, 4}));
	EXPECT_EQ(bar.as<std::uint32_t>(sizeof(RegionAccess)), 0xfff00000u);

	const Reply pointer = call(Command::region_read, pack(RegionAccess{0x34, 7, 1}));
	const auto at = pointer.as<std::uint8_t>(sizeof(RegionAccess));
	const Reply msix = call(Command::region_read, pack(RegionAccess{at, 7, 12}));
	EXPECT_EQ(msix.as<std::uint8_t>(sizeof(RegionAccess)), 0x11) << "MSI-X";
	EXPECT_EQ(msix.as<std::uint16_t>(sizeof(RegionAccess) + 2), 15) << "16 vectors";
	EXPECT_EQ(msix.as<std::uint32_t>(sizeof(RegionAccess) + 4), 4u) << "table in BAR 4";
}

TEST_F(VfioUser, Interrupts)
{
	negotiate();
	UniqueFd event(::eventfd(0, EFD_NONBLOCK));
	const IrqSet set{
		.argsz = sizeof(IrqSet),
		.flags = irq_set_data_eventfd | irq_set_action_trigger,
		.index = irq_msix,
		.start = 5,
		.count = 1,
	};
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set), {event.get()}), 0u);
	msix_.fire(5);
	eventfd_t value = 0;
	EXPECT_EQ(::eventfd_read(event.get(), &value), 0);
	EXPECT_EQ(value, 1u);

	/* Triggered by the client itself */
	IrqSet trigger = set;
	trigger.flags = irq_set_data_none | irq_set_action_trigger;
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(trigger)), 0u);
	EXPECT_EQ(::eventfd_read(event.get(), &value), 0);

	/* Taken down: no more events */
	trigger.start = trigger.count = 0;
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(trigger)), 0u);
	msix_.fire(5);
	EXPECT_NE(::eventfd_read(event.get(), &value), 0);
}

TEST_F(VfioUser, AFullEventfdIsNotWaitedFor)
{
	negotiate();
	UniqueFd event(::eventfd(0, 0));
	ASSERT_EQ(::eventfd_write(event.get(), ~0ull - 1), 0);
	const IrqSet set{
		.argsz = sizeof(IrqSet),
		.flags = irq_set_data_eventfd | irq_set_action_trigger,
		.index = irq_msix,
		.start = 0,
		.count = 1,
	};
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set), {event.get()}), 0u);
	msix_.fire(0);
}

TEST_F(VfioUser, InterruptsThatCannotBe)
{
	negotiate();
	UniqueFd event(::eventfd(0, EFD_NONBLOCK));
	IrqSet set{
		.argsz = sizeof(IrqSet),
		.flags = irq_set_data_eventfd | irq_set_action_trigger,
		.index = irq_msix,
		.start = 16,
		.count = 1,
	};
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set), {event.get()}), EINVAL);
	set.start = 0;
	set.count = 0xffffffff;
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set), {event.get()}), EINVAL);
	set.count = 2;
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set), {event.get()}), EINVAL)
		<< "one descriptor for two vectors";
	set.index = 5;
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set)), EINVAL);
	set.index = irq_msix;
	set.flags = irq_set_action_mask | irq_set_data_none;
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set)), ENOTSUP);
	set.flags = irq_set_action_trigger;
	EXPECT_EQ(error_of(Command::device_set_irqs, pack(set)), EINVAL);
}

TEST_F(VfioUser, GuestMemoryComesAsAFile)
{
	negotiate();
	UniqueFd file = make_memory_file(0x10000);
	const DmaMap map{sizeof(DmaMap), dma_map_read | dma_map_write, 0x8000, 0x40000000, 0x8000};
	EXPECT_EQ(error_of(Command::dma_map, pack(map), {file.get()}), 0u);
	EXPECT_TRUE(memory_.write32(0x40000000, 7));
	std::uint32_t value = 0;
	EXPECT_EQ(::pread(file.get(), &value, 4, 0x8000), 4);
	EXPECT_EQ(value, 7u);

	EXPECT_EQ(error_of(Command::dma_map, pack(map), {file.get()}), EEXIST);
	EXPECT_EQ(error_of(Command::dma_unmap,
			   pack(DmaUnmap{sizeof(DmaUnmap), 0, 0x40000000, 0x4000})),
		  ENOENT);
	EXPECT_EQ(error_of(Command::dma_unmap,
			   pack(DmaUnmap{sizeof(DmaUnmap), 0, 0x40000000, 0x8000})),
		  0u);
	EXPECT_FALSE(memory_.read32(0x40000000));

	EXPECT_EQ(error_of(Command::dma_map, pack(map), {file.get()}), 0u);
	EXPECT_EQ(
		error_of(Command::dma_unmap, pack(DmaUnmap{sizeof(DmaUnmap), dma_unmap_all, 0, 0})),
		0u);
	EXPECT_FALSE(memory_.read32(0x40000000));
}

TEST_F(VfioUser, ResetAndUnknownCommands)
{
	negotiate();
	EXPECT_EQ(error_of(Command::device_reset, {}), 0u);
	EXPECT_EQ(registers_.resets, 1);
	EXPECT_EQ(error_of(Command::dma_read, {}), ENOSYS);
	EXPECT_EQ(error_of(static_cast<Command>(4711), {}), ENOSYS);
}

TEST_F(VfioUser, AMessageMayComeInPieces)
{
	negotiate();
	auto bytes = pack(Header{9, static_cast<std::uint16_t>(Command::region_write), 36, 0, 0},
			  RegionAccess{0x20, 0, 4}, 5u);
	for (std::byte byte : bytes) {
		EXPECT_FALSE(receive());
		send_raw({byte});
		EXPECT_TRUE(server_->service(1));
	}
	EXPECT_TRUE(receive());
	EXPECT_EQ(registers_.values.at(0x20), 5u);
}

TEST_F(VfioUser, ImpossibleFramesEndTheConnection)
{
	negotiate();
	send_raw(pack(Header{1, 4, 15, 0, 0}));
	EXPECT_THROW(server_->service(1), ProtocolError);
}

TEST_F(VfioUser, OversizedFramesEndTheConnection)
{
	negotiate();
	send_raw(pack(Header{1, 4, max_message + 1, 0, 0}));
	EXPECT_THROW(server_->service(1), ProtocolError);
}

TEST_F(VfioUser, ARepliesToNothingEndsTheConnection)
{
	negotiate();
	send(Command::device_get_info, pack(DeviceInfo{}), {}, flag_reply);
	EXPECT_THROW(server_->service(1), ProtocolError);
}

TEST_F(VfioUser, TooManyDescriptorsEndTheConnection)
{
	negotiate();
	send(Command::device_get_info, pack(DeviceInfo{}), std::vector<int>(17, 0));
	EXPECT_THROW(server_->service(1), ProtocolError);
}

TEST_F(VfioUser, TheClientLeaves)
{
	negotiate();
	client_.reset();
	EXPECT_FALSE(server_->service(1));
}

/* Bodies of noise for every command: each is answered, and the sanitizers have nothing to say. */
TEST_F(VfioUser, NoiseIsAnswered)
{
	negotiate();
	std::mt19937 random(610);
	for (int i = 0; i < 3000; i++) {
		const auto command = static_cast<Command>(1 + random() % 16);
		std::vector<std::byte> body(random() % 80);
		for (std::byte &byte :
		     body) /* mostly small numbers, so that much gets past the checks */
			byte = std::byte(random() % 4 ? random() % 8 * (random() % 8 == 0)
						      : random() % 256);
		if (command == Command::version && body.size() >= 2)
			body[0] = body[1] = std::byte{0};
		const Reply reply = call(command, body);
		EXPECT_EQ(reply.header.command, static_cast<std::uint16_t>(command));
	}
}

} // namespace
} // namespace vfio_user
