/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file of 32-bit registers with names: plain storage, to which the hardware blocks attach
 * behaviour.
 *
 * A register with no behaviour keeps what is written. One that is not in the list of names is
 * stored too, and reported: either the driver is wrong or the list is. Offsets are dword indices
 * from the start of the GPU's registers, as drivers and packets count them, also in a block that
 * starts later.
 */
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "names.h"
#include "observer.h"

namespace vadreno {

/** RegisterBlock - registers [first, first + count). */
class RegisterBlock {
public:
	using Read = std::function<std::uint32_t(std::uint32_t offset)>;
	using Write = std::function<void(std::uint32_t offset, std::uint32_t value)>;

	RegisterBlock(std::string name, const RegisterNames &names, std::uint32_t first,
		      std::uint32_t count, Observer &observer);

	bool contains(std::uint32_t offset) const { return offset - first_ < values_.size(); }

	/** read(), write() - an access as the hardware sees it: traced, and with the register's
	 * behaviour. */
	std::uint32_t read(std::uint32_t offset, Initiator initiator);
	void write(std::uint32_t offset, std::uint32_t value, Initiator initiator);

	/** get(), set() - the stored value, for the block that owns the register: not traced, no
	 * behaviour. */
	std::uint32_t get(std::uint32_t offset) const { return values_.at(offset - first_); }
	std::uint64_t get64(std::uint32_t offset) const;
	void set(std::uint32_t offset, std::uint32_t value) { values_.at(offset - first_) = value; }
	void set64(std::uint32_t offset, std::uint64_t value);

	/** on_read(), on_write() - give [offset, offset + count) a behaviour. A written value is
	 * stored before the call. */
	void on_read(std::uint32_t offset, std::uint32_t count, Read read);
	void on_write(std::uint32_t offset, std::uint32_t count, Write write);

	/** reset() - all zero, as after power-on. Behaviour stays. */
	void reset();

	/** label() - the register's name for a message, or its offset in hexadecimal. */
	std::string label(std::uint32_t offset) const;

private:
	void check_known(std::uint32_t offset, bool write, std::uint32_t value);

	std::string name_;
	const RegisterNames &names_;
	std::uint32_t first_;
	std::vector<std::uint32_t> values_;
	std::unordered_map<std::uint32_t, Read> reads_;
	std::unordered_map<std::uint32_t, Write> writes_;
	Observer &observer_;
};

} // namespace vadreno
