// SPDX-License-Identifier: GPL-2.0-only
/*
 * GEM_INFO: what a client may know of a buffer, and say about it.
 *
 * Values pass by value or by address. User memory is touched with no reservation held, so what is
 * by address goes through a copy.
 */

#include <algorithm>
#include <array>

#include "entry_points.h"
#include "gem/bo.h"
#include "gem/reservation.h"
#include "kernel/entry.h"
#include "kernel/result.h"
#include "kernel/user.h"
#include "sched/context.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

/* Names have at most 31 characters; metadata is a few words by which clients describe a layout to
 * each other. */
constexpr u32 name_room = 32;
constexpr u32 max_metadata = 128;

/* How long after its fence a job may be retired, on a machine under load. */
constexpr Nanoseconds retire_patience = milliseconds(1000);

bool is_by_value(u32 info)
{
	return info == MSM_INFO_GET_OFFSET || info == MSM_INFO_GET_IOVA ||
	       info == MSM_INFO_SET_IOVA || info == MSM_INFO_GET_FLAGS;
}

Result<u64> get_iova(MayAlloc token, Context &context, Bo &bo)
{
	auto vm = TRY(context.vm().soft(token));
	auto held = TRY(Reservation::interruptible(token, bo));

	return vm->iova(token, held, bo);
}

Result<void> set_iova_now(MayAlloc token, SoftVm &vm, Bo &bo, u64 iova)
{
	auto held = TRY(Reservation::interruptible(token, bo));

	return vm.set_iova(token, held, bo, iova);
}

/*
 * A client that has seen the fence of the last job which used an address may give it to another
 * buffer at once. But private buffers have one reservation together, so while other jobs run, only
 * the retirement of that one tells that it is over; it is not far.
 */
Result<void> set_iova(MayAlloc token, Context &context, Bo &bo, u64 iova)
{
	if (!context.vm().is_private())
		return err(EOPNOTSUPP);

	auto vm = TRY(context.vm().soft(token));
	Deadline deadline = Deadline::after(retire_patience);

	for (;;) {
		s32 sweeps = vm->sweeps();
		auto result = set_iova_now(token, *vm, bo, iova);

		if (result)
			return {};
		if (iova ? result.error() != Errno{ENOSPC} ||
				    !vm->is_leaving(token, iova, bo.size())
			 : result.error() != Errno{EBUSY})
			return result;
		if (auto waited = vm->wait_for_sweep(token, sweeps, deadline); !waited)
			return waited.error() == Errno{ETIMEDOUT} ? result : waited;
	}
}

Result<void> set_name(MayFault token, Bo &bo, const drm_msm_gem_info &args)
{
	std::array<char, name_room> name{};

	if (args.len >= name_room)
		return err(EINVAL);
	TRY(copy_in(token, name.data(), args.value, args.len));

	/* It goes to logs: what could upset a terminal ends it. */
	auto *end = std::find_if(name.data(), name.data() + args.len,
				 [](char c) { return !is_printable(c); });
	auto held = TRY(Reservation::interruptible(token, bo));

	bo.set_name(held, {name.data(), end});
	return {};
}

Result<void> get_name(MayFault token, Bo &bo, drm_msm_gem_info &args)
{
	std::array<char, name_room> name{};
	u32 length;
	{
		auto held = TRY(Reservation::interruptible(token, bo));
		auto current = bo.name(held);

		length = static_cast<u32>(current.copy(name.data(), name.size()));
	}

	if (args.value) {
		if (args.len < length)
			return err(ETOOSMALL);
		TRY(copy_out(token, args.value, name.data(), length));
	}
	args.len = length;
	return {};
}

Result<void> set_metadata(MayFault token, Bo &bo, const drm_msm_gem_info &args)
{
	if (args.len > max_metadata)
		return err(EOVERFLOW);

	auto metadata = TRY(copy_in_array<u8>(token, args.value, args.len));
	auto held = TRY(Reservation::interruptible(token, bo));

	bo.set_metadata(held, std::move(metadata));
	return {};
}

Result<void> get_metadata(MayFault token, Bo &bo, drm_msm_gem_info &args)
{
	std::array<u8, max_metadata> metadata;
	u32 length;
	{
		auto held = TRY(Reservation::interruptible(token, bo));
		auto current = bo.metadata(held);

		length = static_cast<u32>(current.size());
		std::ranges::copy(current, metadata.begin());
	}

	if (args.value) {
		if (args.len < length)
			return err(ETOOSMALL);
		TRY(copy_out(token, args.value, metadata.data(), length));
	}
	args.len = length;
	return {};
}

Result<void> gem_info(MayFault token, Context &context, struct drm_file *file,
		      drm_msm_gem_info &args)
{
	if (args.pad || args.info > MSM_INFO_GET_METADATA || (is_by_value(args.info) && args.len))
		return err(EINVAL);

	auto bo = TRY(Bo::lookup(file, args.handle));

	switch (args.info) {
	case MSM_INFO_GET_OFFSET:
		args.value = bo->mmap_offset();
		return {};
	case MSM_INFO_GET_IOVA:
		args.value = TRY(get_iova(token, context, *bo));
		return {};
	case MSM_INFO_SET_IOVA:
		return set_iova(token, context, *bo, args.value);
	case MSM_INFO_GET_FLAGS:
		/* The exporter knows. */
		if (bo->is_imported())
			return err(EINVAL);
		args.value = bo->flags().uapi();
		return {};
	case MSM_INFO_SET_NAME:
		return set_name(token, *bo, args);
	case MSM_INFO_GET_NAME:
		return get_name(token, *bo, args);
	case MSM_INFO_SET_METADATA:
		return set_metadata(token, *bo, args);
	case MSM_INFO_GET_METADATA:
		return get_metadata(token, *bo, args);
	}
	return err(EINVAL);
}

} // namespace
} // namespace msm

int msmxx_ioctl_gem_info(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::gem_info(kernel::entry::ioctl(), msm::Context::of(file), file,
					      *static_cast<drm_msm_gem_info *>(data)));
}
