// SPDX-License-Identifier: GPL-2.0-only
#include "cp_protect.h"

#include "names.h"

namespace vadreno {

namespace {

constexpr unsigned num_spans = 32;
constexpr std::uint32_t cntl_enable = 1u << 0;
constexpr std::uint32_t cntl_last_span_infinite = 1u << 3;
constexpr std::uint32_t span_base_mask = 0x3ffff;
constexpr std::uint32_t span_length_mask = 0x1fff;
constexpr unsigned span_length_shift = 18;
constexpr std::uint32_t span_deny_read = 1u << 31;

} // namespace

bool protect_denies(const RegisterBlock &registers, std::uint32_t offset, bool write)
{
	const std::uint32_t control = registers.get(reg::CP_PROTECT_CNTL);

	if (!(control & cntl_enable))
		return false;
	for (unsigned i = 0; i < num_spans; i++) {
		const std::uint32_t span = registers.get(reg::CP_PROTECT + i);
		if (!span)
			continue;
		const std::uint32_t first = span & span_base_mask;
		const std::uint32_t last = first + (span >> span_length_shift & span_length_mask);
		const bool infinite = i == num_spans - 1 && (control & cntl_last_span_infinite);
		if (offset >= first && (offset <= last || infinite) &&
		    (write || (span & span_deny_read)))
			return true;
	}
	return false;
}

} // namespace vadreno
