// SPDX-License-Identifier: GPL-2.0-only
#include "server.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace vfio_user {

namespace {

/* Offered at VERSION. write_multiple lets QEMU send posted BAR writes in batches. */
constexpr std::string_view capabilities =
	R"({"capabilities":{"max_msg_fds":16,"max_data_xfer_size":65536,"write_multiple":true}})";
constexpr std::uint16_t minor_version = 1;

template <typename T>
bool take(std::span<const std::byte> &body, T &value)
{
	if (body.size() < sizeof(value))
		return false;
	std::memcpy(&value, body.data(), sizeof(value));
	body = body.subspan(sizeof(value));
	return true;
}

} // namespace

bool Server::service(unsigned limit)
{
	while (limit--) {
		auto message = channel_.receive();
		if (!message)
			break;
		dispatch(*message);
	}
	return !channel_.closed();
}

void Server::dispatch(Message &message)
{
	const Header &header = message.header;
	const auto command = static_cast<Command>(header.command);

	if (header.flags & flag_type_mask)
		throw ProtocolError("a reply to nothing");
	if (!negotiated_ && command != Command::version)
		throw ProtocolError("a command before VERSION");

	reply_.clear();
	int error = ENOSYS;
	switch (command) {
	case Command::version:
		error = version(message);
		break;
	case Command::dma_map:
		error = dma_map(message);
		break;
	case Command::dma_unmap:
		error = dma_unmap(message);
		break;
	case Command::device_get_info:
		error = get_info(message);
		break;
	case Command::device_get_region_info:
		error = get_region_info(message);
		break;
	case Command::device_get_irq_info:
		error = get_irq_info(message);
		break;
	case Command::device_set_irqs:
		error = set_irqs(message);
		break;
	case Command::region_read:
		error = region_read(message);
		break;
	case Command::region_write:
		error = region_write(message);
		break;
	case Command::region_write_multi:
		error = region_write_multi(message);
		break;
	case Command::device_reset:
		device_.reset();
		error = 0;
		break;
	case Command::device_get_region_io_fds:
	case Command::dma_read:
	case Command::dma_write:
		break;
	}

	if (header.flags & flag_no_reply)
		return;
	Header reply = header;
	reply.flags = flag_reply | (error ? flag_error : 0);
	reply.error = static_cast<std::uint32_t>(error);
	if (error)
		reply_.clear();
	channel_.send(reply, reply_);
}

void Server::answer_bytes(std::span<const std::byte> body)
{
	reply_.insert(reply_.end(), body.begin(), body.end());
}

int Server::version(const Message &message)
{
	std::span<const std::byte> body(message.body);
	Version version;

	if (!take(body, version))
		return EINVAL;
	if (version.major != 0)
		return ENOTSUP;
	version.minor = std::min(version.minor, minor_version);
	answer(version);
	answer_bytes(std::as_bytes(std::span(capabilities)));
	reply_.push_back(std::byte{0});
	negotiated_ = true;
	return 0;
}

int Server::dma_map(Message &message)
{
	std::span<const std::byte> body(message.body);
	DmaMap map;

	if (!take(body, map) || message.fds.size() > 1)
		return EINVAL;
	UniqueFd fd = message.fds.empty() ? UniqueFd() : std::move(message.fds.front());
	return device_.dma_map(map.iova, map.size, std::move(fd), map.offset,
			       map.flags & dma_map_write);
}

int Server::dma_unmap(const Message &message)
{
	std::span<const std::byte> body(message.body);
	DmaUnmap unmap;

	if (!take(body, unmap))
		return EINVAL;
	if (unmap.flags & ~dma_unmap_all)
		return ENOTSUP;
	int error = 0;
	if (unmap.flags & dma_unmap_all)
		device_.dma_unmap_all();
	else
		error = device_.dma_unmap(unmap.iova, unmap.size);
	answer(unmap);
	return error;
}

int Server::get_info(const Message &message)
{
	std::span<const std::byte> body(message.body);
	DeviceInfo info;

	if (!take(body, info))
		return EINVAL;
	answer(DeviceInfo{
		.argsz = sizeof(DeviceInfo),
		.flags = device_flag_reset | device_flag_pci,
		.num_regions = num_pci_regions,
		.num_irqs = num_pci_irqs,
	});
	return 0;
}

int Server::get_region_info(const Message &message)
{
	std::span<const std::byte> body(message.body);
	RegionInfo info;

	if (!take(body, info) || info.index >= num_pci_regions)
		return EINVAL;
	const std::uint64_t size = device_.region_size(info.index);
	/* No region may be mapped: one that could would make QEMU wait for every write of all of
	 * them. */
	answer(RegionInfo{
		.argsz = sizeof(RegionInfo),
		.flags = size ? region_flag_read | region_flag_write : 0,
		.index = info.index,
		.cap_offset = 0,
		.size = size,
		.offset = 0,
	});
	return 0;
}

int Server::get_irq_info(const Message &message)
{
	std::span<const std::byte> body(message.body);
	IrqInfo info;

	if (!take(body, info) || info.index >= num_pci_irqs)
		return EINVAL;
	const std::uint32_t count = device_.irq_count(info.index);
	/* Not NORESIZE: QEMU would take all vectors down and up again for every new one. */
	answer(IrqInfo{
		.argsz = sizeof(IrqInfo),
		.flags = count ? irq_flag_eventfd : 0,
		.index = info.index,
		.count = count,
	});
	return 0;
}

int Server::set_irqs(Message &message)
{
	std::span<const std::byte> body(message.body);
	IrqSet set;

	if (!take(body, set) || set.index >= num_pci_irqs)
		return EINVAL;
	const std::uint32_t count = device_.irq_count(set.index);
	if (set.start > count || set.count > count - set.start)
		return EINVAL;
	if (!(set.flags & irq_set_action_trigger))
		return ENOTSUP; /* masking is done in the client */

	if (set.flags & irq_set_data_eventfd) {
		/* No descriptors at all takes the vectors' eventfds away. */
		if (!message.fds.empty() && message.fds.size() != set.count)
			return EINVAL;
		for (std::uint32_t i = 0; i < set.count; i++) {
			UniqueFd fd = message.fds.empty() ? UniqueFd() : std::move(message.fds[i]);
			device_.set_eventfd(set.index, set.start + i, std::move(fd));
		}
		return 0;
	}
	if (set.flags & irq_set_data_bool) {
		if (body.size() < set.count)
			return EINVAL;
		for (std::uint32_t i = 0; i < set.count; i++)
			if (body[i] != std::byte{0})
				device_.trigger(set.index, set.start + i);
		return 0;
	}
	if (!(set.flags & irq_set_data_none))
		return EINVAL;
	if (set.count == 0) { /* tear the whole index down */
		for (std::uint32_t i = 0; i < count; i++)
			device_.set_eventfd(set.index, i, UniqueFd());
		return 0;
	}
	for (std::uint32_t i = 0; i < set.count; i++)
		device_.trigger(set.index, set.start + i);
	return 0;
}

int Server::check_range(std::uint32_t region, std::uint64_t offset, std::uint64_t count) const
{
	if (region >= num_pci_regions)
		return EINVAL;
	const std::uint64_t size = device_.region_size(region);
	if (count == 0 || count > max_transfer || offset > size || count > size - offset)
		return EINVAL;
	return 0;
}

int Server::region_read(const Message &message)
{
	std::span<const std::byte> body(message.body);
	RegionAccess access;

	if (!take(body, access))
		return EINVAL;
	if (int error = check_range(access.region, access.offset, access.count))
		return error;
	answer(access);
	reply_.resize(sizeof(access) + access.count);
	return device_.read(access.region, access.offset,
			    std::span(reply_).subspan(sizeof(access)));
}

int Server::region_write(const Message &message)
{
	std::span<const std::byte> body(message.body);
	RegionAccess access;

	if (!take(body, access) || body.size() < access.count)
		return EINVAL;
	if (int error = check_range(access.region, access.offset, access.count))
		return error;
	answer(access);
	return device_.write(access.region, access.offset, body.first(access.count));
}

int Server::region_write_multi(const Message &message)
{
	std::span<const std::byte> body(message.body);
	std::uint64_t count;
	int result = 0;

	if (!take(body, count) || count > body.size() / sizeof(RegionWriteOne))
		return EINVAL;
	while (count--) {
		RegionWriteOne one;
		take(body, one);
		int error = one.count <= sizeof(one.data)
				    ? check_range(one.region, one.offset, one.count)
				    : EINVAL;
		if (!error)
			error = device_.write(one.region, one.offset,
					      std::as_bytes(std::span(one.data)).first(one.count));
		result = result ? result : error;
	}
	return result;
}

} // namespace vfio_user
