/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers that only remember: every write in order, and for reads what the test put there.
 */
#pragma once

#include <algorithm>
#include <array>
#include <span>

#include "adreno/register_io.h"

namespace msm::adreno {

/** class RecordingIo - a fake RegisterIo with a clock that only pauses move */
class RecordingIo final : public RegisterIo {
public:
	/** struct Write - one register write; @gmu: to the GMU's window */
	struct Write {
		u32 index;
		u32 value;
		bool gmu;

		constexpr bool operator==(const Write &) const = default;
	};

	u32 read(GpuReg reg) override { return value_of(reg.index); }
	u32 read(GmuReg reg) override { return value_of(reg.index); }

	void write(GpuReg reg, u32 value) override { record({reg.index, value, false}); }
	void write(GmuReg reg, u32 value) override { record({reg.index, value, true}); }

	u64 now_us() override { return now_us_; }
	/* A pause is a thousand times as long, so that running into a timeout takes no time. */
	void pause_us(u32 us) override { now_us_ += 1000 * u64{us}; }

	/** answer() - reads of @index give @value from now on */
	void answer(u32 index, u32 value)
	{
		for (Answer &answer : answers_) {
			if (answer.used && answer.index != index)
				continue;
			answer = {index, value, true};
			return;
		}
	}

	std::span<const Write> writes() const
	{
		return {writes_.data(), std::min(count_, writes_.size())};
	}
	/** overflowed() - more was written than is remembered */
	bool overflowed() const { return count_ > writes_.size(); }

	/** position() - of the first write to @index, or the number of writes */
	size_t position(u32 index) const
	{
		auto all = writes();

		return static_cast<size_t>(std::ranges::find(all, index, &Write::index) -
					   all.begin());
	}

	/** last_value() - what @index was last written to; 0 if never */
	u32 last_value(u32 index) const
	{
		u32 value = 0;

		for (const Write &write : writes())
			if (write.index == index)
				value = write.value;
		return value;
	}

private:
	struct Answer {
		u32 index = 0;
		u32 value = 0;
		bool used = false;
	};

	u32 value_of(u32 index) const
	{
		for (const Answer &answer : answers_)
			if (answer.used && answer.index == index)
				return answer.value;
		return 0;
	}

	void record(const Write &write)
	{
		if (count_ < writes_.size())
			writes_[count_] = write;
		count_++;
	}

	std::array<Write, 256> writes_{};
	std::array<Answer, 8> answers_{};
	size_t count_ = 0;
	u64 now_us_ = 0;
};

} // namespace msm::adreno
