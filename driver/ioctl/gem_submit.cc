// SPDX-License-Identifier: GPL-2.0-only
/*
 * GEM_SUBMIT: command buffers become a job.
 *
 * In three parts, by what each may do. parse() takes everything out of user memory, with no lock
 * held. prepare() makes the job and gathers whatever it needs, all of which goes away by itself if
 * a later step fails. Then, with the lane and the reservations held, the job is armed, and one
 * publication that cannot fail makes it visible. After that the ioctl cannot fail any more.
 */

#include <optional>

#include "entry_points.h"
#include "gem/bo.h"
#include "gem/reservation.h"
#include "kernel/checked.h"
#include "kernel/entry.h"
#include "kernel/fence.h"
#include "kernel/result.h"
#include "kernel/syncobj.h"
#include "kernel/user.h"
#include "sched/context.h"
#include "sched/job.h"
#include "sched/ring.h"
#include "sched/scheduler.h"
#include "sched/submitqueue.h"

#include "drm/msm_drm.h"

namespace msm {

using namespace kernel;

namespace {

/**
 * struct ParsedSubmit - what userspace asked for, out of user memory
 * @dependencies: what the job has to wait for, apart from what others do with its buffers
 * @resets, @signals: syncobjs that are emptied, and that get the job's fence, when it is published
 */
struct ParsedSubmit {
	Ref<Submitqueue> queue;
	std::optional<u32> wanted_fence_id;
	bool wants_fence_fd;
	bool implicit_sync;
	Fence in_fence;
	Buffer<Fence> dependencies;
	Buffer<SyncobjSignal> resets;
	Buffer<SyncobjSignal> signals;
	Buffer<drm_msm_gem_submit_bo> bos;
	Buffer<drm_msm_gem_submit_cmd> commands;
};

/* More than any client has use for. What is accepted cannot be interrupted any more. */
constexpr u32 max_bos = 1 << 16;
constexpr u32 max_syncobjs = 1 << 16;

Result<CommandType> command_type(u32 type)
{
	switch (type) {
	case MSM_SUBMIT_CMD_BUF:
		return CommandType::buffer;
	case MSM_SUBMIT_CMD_IB_TARGET_BUF:
		return CommandType::ib_target;
	case MSM_SUBMIT_CMD_CTX_RESTORE_BUF:
		return CommandType::context_restore;
	}
	return err(EINVAL);
}

Result<void> parse_in_syncobjs(MayFault token, struct drm_file *file,
			       const drm_msm_gem_submit &args, ParsedSubmit &parsed)
{
	auto syncobjs = TRY(copy_in_array<drm_msm_syncobj>(
		token, args.in_syncobjs, args.nr_in_syncobjs, args.syncobj_stride));

	parsed.dependencies = TRY(Buffer<Fence>::create(token, syncobjs.size()));
	parsed.resets = TRY(Buffer<SyncobjSignal>::create(token, syncobjs.size()));
	for (size_t i = 0; i < syncobjs.size(); i++) {
		if (syncobjs[i].flags & ~MSM_SYNCOBJ_FLAGS)
			return err(EINVAL);
		parsed.dependencies[i] =
			TRY(syncobj_fence(token, file, syncobjs[i].handle, syncobjs[i].point));
		if (syncobjs[i].flags & MSM_SYNCOBJ_RESET)
			parsed.resets[i] =
				TRY(SyncobjSignal::create(token, file, syncobjs[i].handle, 0));
	}
	return {};
}

Result<void> parse_out_syncobjs(MayFault token, struct drm_file *file,
				const drm_msm_gem_submit &args, ParsedSubmit &parsed)
{
	auto syncobjs = TRY(copy_in_array<drm_msm_syncobj>(
		token, args.out_syncobjs, args.nr_out_syncobjs, args.syncobj_stride));

	parsed.signals = TRY(Buffer<SyncobjSignal>::create(token, syncobjs.size()));
	for (size_t i = 0; i < syncobjs.size(); i++) {
		if (syncobjs[i].flags)
			return err(EINVAL);

		auto signal =
			SyncobjSignal::create(token, file, syncobjs[i].handle, syncobjs[i].point);

		if (!signal)
			return err(signal.error().code == ENOENT ? EINVAL : signal.error().code);
		parsed.signals[i] = *std::move(signal);
	}
	return {};
}

Result<void> check_bo(const drm_msm_gem_submit_bo &bo)
{
	if (bo.flags & ~MSM_SUBMIT_BO_FLAGS ||
	    !(bo.flags & (MSM_SUBMIT_BO_READ | MSM_SUBMIT_BO_WRITE)))
		return err(EINVAL);
	return {};
}

Result<void> check_command(const drm_msm_gem_submit_cmd &command, u32 bos)
{
	TRY(command_type(command.type));
	if (!command.size || command.size % 4 || command.submit_offset % 4)
		return err(EINVAL);
	if (command.size / 4 > max_command_words || command.submit_idx >= bos)
		return err(EINVAL);
	/* Addresses are patched in by nobody any more: from the a6xx on they are fixed before. */
	if (command.nr_relocs)
		return err(EINVAL);
	return {};
}

/* In the order of the ABI: who does two things wrong is told of the first. */
Result<ParsedSubmit> parse(MayFault token, Context &context, struct drm_file *file,
			   const drm_msm_gem_submit &args)
{
	ParsedSubmit parsed;

	if (args.pad || MSM_PIPE_ID(args.flags) != MSM_PIPE_3D0)
		return err(EINVAL);
	/* SUDO would run commands without any protection; nothing needs it. */
	if (MSM_PIPE_FLAGS(args.flags) & ~MSM_SUBMIT_FLAGS || args.flags & MSM_SUBMIT_SUDO)
		return err(EINVAL);

	parsed.queue = TRY(context.queue(args.queueid));
	parsed.implicit_sync = !(args.flags & MSM_SUBMIT_NO_IMPLICIT);
	parsed.wants_fence_fd = args.flags & MSM_SUBMIT_FENCE_FD_OUT;
	if (args.flags & MSM_SUBMIT_FENCE_SN_IN)
		parsed.wanted_fence_id = args.fence;

	/* More than could ever be done is refused before memory is spent on it. */
	if (args.nr_bos > max_bos || args.nr_in_syncobjs > max_syncobjs ||
	    args.nr_out_syncobjs > max_syncobjs)
		return err(EINVAL);
	if (context.scheduler().hardware().words_for({args.nr_cmds}) > ring_credits)
		return err(EINVAL);

	if (args.flags & MSM_SUBMIT_FENCE_FD_IN)
		parsed.in_fence = TRY(Fence::from_fd(token, args.fence_fd));
	if (args.flags & MSM_SUBMIT_SYNCOBJ_IN)
		TRY(parse_in_syncobjs(token, file, args, parsed));
	if (args.flags & MSM_SUBMIT_SYNCOBJ_OUT)
		TRY(parse_out_syncobjs(token, file, args, parsed));

	parsed.bos = TRY(copy_in_array<drm_msm_gem_submit_bo>(token, args.bos, args.nr_bos));
	for (const drm_msm_gem_submit_bo &bo : parsed.bos)
		TRY(check_bo(bo));

	parsed.commands =
		TRY(copy_in_array<drm_msm_gem_submit_cmd>(token, args.cmds, args.nr_cmds));
	for (const drm_msm_gem_submit_cmd &command : parsed.commands)
		TRY(check_command(command, args.nr_bos));
	return parsed;
}

/** struct PreparedSubmit - the job, and where its fence will go */
struct PreparedSubmit {
	ReservedJob job;
	Ref<SoftVm> vm;
	std::optional<FdReservation> fd;
};

Result<void> find_bos(struct drm_file *file, const ParsedSubmit &parsed, ReservedJob &job)
{
	for (size_t i = 0; i < parsed.bos.size(); i++) {
		auto found = Bo::lookup(file, parsed.bos[i].handle);

		if (!found)
			return err(EINVAL);
		job.bos()[i].bo = *std::move(found);
		job.bos()[i].write = parsed.bos[i].flags & MSM_SUBMIT_BO_WRITE;
		job.bos()[i].dump = parsed.bos[i].flags & MSM_SUBMIT_BO_DUMP;
		job.bos()[i].implicit =
			parsed.implicit_sync && !(parsed.bos[i].flags & MSM_SUBMIT_BO_NO_IMPLICIT);
	}
	return {};
}

Result<void> check_ranges(const ParsedSubmit &parsed, ReservedJob &job)
{
	for (const drm_msm_gem_submit_cmd &command : parsed.commands) {
		u64 end = TRY((Checked<u64>(command.submit_offset) + Checked<u64>(command.size))
				      .get(EINVAL));

		if (end > job.bos()[command.submit_idx].bo->size())
			return err(EINVAL);
	}
	return {};
}

Result<PreparedSubmit> prepare(MayAlloc token, Context &context, struct drm_file *file,
			       ParsedSubmit &parsed)
{
	auto vm = TRY(context.vm().soft(token));
	auto job = TRY(ReservedJob::create(token, parsed.queue, vm, parsed.bos.size(),
					   parsed.commands.size()));
	PreparedSubmit prepared{.job = std::move(job), .vm = std::move(vm)};

	TRY(prepared.job.add_dependency(token, std::move(parsed.in_fence)));
	for (Fence &dependency : parsed.dependencies)
		TRY(prepared.job.add_dependency(token, std::move(dependency)));
	TRY(find_bos(file, parsed, prepared.job));
	TRY(check_ranges(parsed, prepared.job));
	if (parsed.wants_fence_fd)
		prepared.fd = TRY(FdReservation::create(token));
	return prepared;
}

/* Every buffer mapped and pinned, and the commands' addresses known. The reservations are held. */
Result<void> pin(MayAlloc token, const Held &held, const ParsedSubmit &parsed,
		 PreparedSubmit &prepared)
{
	std::span<JobBo> bos = prepared.job.bos();

	for (JobBo &bo : bos) {
		if (bo.implicit)
			TRY(prepared.job.add_implicit(token, *bo.bo, bo.write));
	}
	for (JobBo &bo : bos)
		bo.pin = TRY(prepared.vm->pin(token, held, *bo.bo));

	for (size_t i = 0; i < parsed.commands.size(); i++) {
		const drm_msm_gem_submit_cmd &command = parsed.commands[i];

		prepared.job.commands()[i] = {
			.iova = bos[command.submit_idx].pin.iova() + command.submit_offset,
			.words = command.size / 4,
			.type = TRY(command_type(command.type)),
		};
	}
	return {};
}

Result<void> gem_submit(MayFault may_fault, Context &context, struct drm_file *file,
			drm_msm_gem_submit &args)
{
	ParsedSubmit parsed = TRY(parse(may_fault, context, file, args));
	MayAlloc token = may_fault;
	PreparedSubmit prepared = TRY(prepare(token, context, file, parsed));
	Lane &lane = parsed.queue->lane();
	std::optional<SyncFile> sync_file;

	{
		MutexGuard lane_guard(lane.lock(), token);
		ReservationSet held;
		std::span<JobBo> bos = prepared.job.bos();

		/*
		 * Two slots in each: private BOs share a reservation, in which the job's fence may
		 * stand once for what it writes and once for what it reads.
		 */
		TRY(held.lock(token, bos.size(), 2, [&](u32 i) -> Bo & { return *bos[i].bo; }));
		TRY(pin(token, held, parsed, prepared));
		auto fence_id = TRY(parsed.queue->reserve_fence_id(token, parsed.wanted_fence_id));

		ArmedJob armed = std::move(prepared.job).arm(lane);

		if (prepared.fd)
			sync_file.emplace(TRY(SyncFile::create(token, armed.finished())));

		args.fence = fence_id.value();
		std::move(armed).publish(
			token, args.fence, [&](Signalling publishing, const Fence &finished) {
				for (JobBo &bo : bos)
					held.add_fence(publishing, *bo.bo, finished,
						       bo.write ? FenceUsage::write
								: FenceUsage::read);
				fence_id.publish(publishing, finished);
				for (SyncobjSignal &reset : parsed.resets)
					reset.publish(publishing, Fence());
				for (SyncobjSignal &signal : parsed.signals)
					signal.publish(publishing, finished);
			});
	}

	if (prepared.fd)
		args.fence_fd = std::move(*prepared.fd).install(std::move(*sync_file));
	return {};
}

} // namespace
} // namespace msm

int msmxx_ioctl_gem_submit(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::gem_submit(kernel::entry::ioctl(), msm::Context::of(file),
						file, *static_cast<drm_msm_gem_submit *>(data)));
}
