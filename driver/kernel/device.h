/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A platform device: what the device tree says of it, its registers and its interrupt.
 *
 * What is taken from a device is an object that gives it back, so that a probe which fails half-way
 * undoes exactly what it did. Each step that can fail is also a point at which a test makes it fail
 * (bridge/fail_point.h).
 */
#pragma once

#include <string_view>

#include "bridge/platform.h"
#include "kernel/contexts.h"
#include "kernel/fail_point.h"
#include "kernel/handle.h"
#include "kernel/result.h"

namespace kernel {

/** class Device - refers to a device; who uses one must know that it is still there */
class Device {
public:
	explicit constexpr Device(struct ::device *device) : device_(device) {}

	struct ::device *get() const { return device_; }

	/** owner(), set_owner() - the object that drives the device */
	void *owner() const { return bridge_device_owner(device_); }
	void set_owner(void *owner) const { bridge_device_set_owner(device_, owner); }

	/** compatible() - the first, most specific string; empty without one */
	std::string_view compatible() const
	{
		const char *string = bridge_device_compatible(device_);

		return string ? std::string_view(string) : std::string_view();
	}

	bool is_compatible(const char *compatible) const
	{
		return bridge_device_is_compatible(device_, compatible);
	}

	/** property_u32() - a number, or an error if there is no such property */
	Result<u32> property_u32(const char *name) const
	{
		u32 value = 0;

		TRY(from_errno(bridge_device_property_u32(device_, name, &value)));
		return value;
	}

	/** has_child() - whether there is an enabled node of that name below the device's */
	bool has_child(const char *name) const { return bridge_device_has_child(device_, name); }

	/**
	 * explain() - says in one line of the log what failed, if @result did
	 * @what: without a newline; the error is added. Nothing is logged where a probe will be
	 * tried again.
	 */
	template <typename T>
	Result<T> explain(Result<T> &&result, const char *what) const
	{
		if (!result)
			bridge_device_explain(device_, -result.error().code, what);
		return std::move(result);
	}

	/** set_dma_mask() - the device reaches all of memory */
	Result<void> set_dma_mask(MayAlloc token) const
	{
		TRY(fail_point(token));
		return from_errno(bridge_device_set_dma_mask(device_));
	}

private:
	struct ::device *device_;
};

/** class DeviceRef - a device that cannot go away meanwhile */
class DeviceRef {
public:
	/**
	 * DeviceRef::by_phandle() - the platform device that @property of @device points at; ENODEV
	 * without one
	 */
	static Result<DeviceRef> by_phandle(MayAlloc token, Device device, const char *property)
	{
		TRY(fail_point(token));

		struct ::device *found = bridge_device_by_phandle(device.get(), property);

		if (!found)
			return err(ENODEV);
		return DeviceRef(found);
	}

	Device get() const { return Device(handle_.get()); }

private:
	explicit DeviceRef(struct ::device *device) : handle_(device) {}

	Handle<struct ::device, bridge_device_put> handle_;
};

/** class IoMapping - a device's registers in the kernel's address space */
class IoMapping {
public:
	/**
	 * IoMapping::create() - maps one register range
	 * @name: its entry in reg-names; nullptr for the first one
	 *
	 * Return: ENOENT if the node has no such range.
	 */
	static Result<IoMapping> create(MayAlloc token, Device device, const char *name)
	{
		IoMapping mapping;

		TRY(fail_point(token));
		TRY(from_errno(bridge_ioremap(device.get(), name, &mapping.base_, &mapping.start_,
					      &mapping.size_)));
		return mapping;
	}

	IoMapping(IoMapping &&other) noexcept
		: base_(std::exchange(other.base_, nullptr)), start_(other.start_),
		  size_(other.size_)
	{
	}
	IoMapping &operator=(IoMapping &&) = delete;
	~IoMapping()
	{
		if (base_)
			bridge_iounmap(base_);
	}

	void *base() const { return base_; }
	/** start() - physical address */
	u64 start() const { return start_; }
	/** size() - bytes */
	u64 size() const { return size_; }

private:
	IoMapping() = default;

	void *base_ = nullptr;
	u64 start_ = 0;
	u64 size_ = 0;
};

/** class Interrupt - a device's first interrupt, disabled until enable() */
class Interrupt {
public:
	/**
	 * Interrupt::create() - requests it
	 * @handler: called in hard interrupt context with @data; has to mint its own token
	 * (entry::irq())
	 */
	static Result<Interrupt> create(MayAlloc token, Device device, const char *name,
					void (*handler)(void *), void *data)
	{
		struct bridge_irq *irq = nullptr;

		TRY(fail_point(token));
		TRY(from_errno(bridge_irq_request(device.get(), name, handler, data, &irq)));
		return Interrupt(irq);
	}

	void enable() { bridge_irq_enable(handle_.get()); }
	/** disable() - returns once no handler runs */
	void disable(MayAlloc) { bridge_irq_disable(handle_.get()); }

private:
	explicit Interrupt(struct bridge_irq *irq) : handle_(irq) {}

	Handle<struct bridge_irq, bridge_irq_free> handle_;
};

} // namespace kernel
