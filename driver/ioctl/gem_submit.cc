// SPDX-License-Identifier: GPL-2.0-only
/*
 * GEM_SUBMIT: command buffers become a job.
 *
 * In three parts, by what each may do. parse() and draft() take everything out of user memory, with
 * no lock held and nothing powered. prepare() gathers whatever the job needs, all of which goes away
 * by itself if a later step fails. Then, with the lane and the reservations held, the job is armed, and one
 * publication that cannot fail makes it visible. After that the ioctl cannot fail any more.
 */

#include <optional>

#include "entry_points.h"
#include "gem/bo.h"
#include "gem/reservation.h"
#include "kernel/entry.h"
#include "kernel/fence.h"
#include "kernel/mutant.h"
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

/* Syncobjs of a submit that need no memory: clients name one or two. */
constexpr size_t few_syncobjs = 4;

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
	SmallBuffer<Fence, few_syncobjs> dependencies;
	SmallBuffer<SyncobjSignal, few_syncobjs> resets;
	SmallBuffer<SyncobjSignal, few_syncobjs> signals;
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
	TRY(parsed.dependencies.allocate(token, args.nr_in_syncobjs));
	TRY(parsed.resets.allocate(token, args.nr_in_syncobjs));
	return copy_in_each_apart<drm_msm_syncobj>(
		token, args.in_syncobjs, args.nr_in_syncobjs, args.syncobj_stride,
		[&](u32 i, const drm_msm_syncobj &syncobj) -> Result<void> {
			if (syncobj.flags & ~MSM_SYNCOBJ_FLAGS)
				return err(EINVAL);
			parsed.dependencies[i] =
				TRY(syncobj_fence(token, file, syncobj.handle, syncobj.point));
			if (syncobj.flags & MSM_SYNCOBJ_RESET)
				parsed.resets[i] =
					TRY(SyncobjSignal::create(token, file, syncobj.handle, 0));
			return {};
		});
}

Result<void> parse_out_syncobjs(MayFault token, struct drm_file *file,
				const drm_msm_gem_submit &args, ParsedSubmit &parsed)
{
	TRY(parsed.signals.allocate(token, args.nr_out_syncobjs));
	return copy_in_each_apart<drm_msm_syncobj>(
		token, args.out_syncobjs, args.nr_out_syncobjs, args.syncobj_stride,
		[&](u32 i, const drm_msm_syncobj &syncobj) -> Result<void> {
			if (syncobj.flags)
				return err(EINVAL);

			auto signal =
				SyncobjSignal::create(token, file, syncobj.handle, syncobj.point);

			if (!signal)
				return err(signal.error().code == ENOENT ? EINVAL
									 : signal.error().code);
			parsed.signals[i] = *std::move(signal);
			return {};
		});
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
Result<void> parse(MayFault token, Context &context, struct drm_file *file,
		   const drm_msm_gem_submit &args, ParsedSubmit &parsed)
{
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
	return {};
}

/*
 * Until the buffers have addresses, a command's is where in which buffer it begins.
 */

u64 place(const drm_msm_gem_submit_cmd &command)
{
	return u64{command.submit_idx} << 32 | command.submit_offset;
}

JobBo &buffer_at(std::span<JobBo> bos, u64 place)
{
	return bos[place >> 32];
}

u32 offset_at(u64 place)
{
	return static_cast<u32>(place);
}

/* The job's memory, with what the tables say in it, and checked as far as that goes. */
Result<JobDraft> draft(MayFault token, Ref<SoftVm> vm, const ParsedSubmit &parsed,
		       const drm_msm_gem_submit &args)
{
	auto draft = TRY(
		JobDraft::create(token, parsed.queue, std::move(vm), args.nr_bos, args.nr_cmds));

	TRY(copy_in_each<drm_msm_gem_submit_bo>(
		token, args.bos, args.nr_bos,
		[&](u32 i, const drm_msm_gem_submit_bo &bo) -> Result<void> {
			JobBo &out = draft.bos()[i];

			TRY(check_bo(bo));
			out.handle = bo.handle;
			out.write = bo.flags & MSM_SUBMIT_BO_WRITE;
			out.dump = bo.flags & MSM_SUBMIT_BO_DUMP;
			out.implicit =
				parsed.implicit_sync && !(bo.flags & MSM_SUBMIT_BO_NO_IMPLICIT);
			return {};
		}));
	TRY(copy_in_each<drm_msm_gem_submit_cmd>(
		token, args.cmds, args.nr_cmds,
		[&](u32 i, const drm_msm_gem_submit_cmd &command) -> Result<void> {
			TRY(check_command(command, args.nr_bos));
			draft.commands()[i] = {
				.iova = place(command),
				.words = command.size / 4,
				.type = TRY(command_type(command.type)),
			};
			return {};
		}));
	return draft;
}

/** struct PreparedSubmit - the job, and where its fence will go */
struct PreparedSubmit {
	ReservedJob job;
	std::optional<FdReservation> fd;
};

Result<void> find_bos(struct drm_file *file, ReservedJob &job)
{
	for (JobBo &bo : job.bos()) {
		auto found = Bo::lookup(file, bo.handle);

		if (!found)
			return err(EINVAL);
		bo.bo = *std::move(found);
	}
	return {};
}

Result<void> check_ranges(ReservedJob &job)
{
	for (const Command &command : job.commands()) {
		u64 end = u64{offset_at(command.iova)} + u64{command.words} * 4;

		if (end > buffer_at(job.bos(), command.iova).bo->size())
			return err(EINVAL);
	}
	return {};
}

Result<PreparedSubmit> prepare(MayAlloc token, struct drm_file *file, ParsedSubmit &parsed,
			       JobDraft draft)
{
	PreparedSubmit prepared
	{
		.job = TRY(std::move(draft).reserve(token))
	};

	TRY(prepared.job.add_dependency(token, std::move(parsed.in_fence)));
	for (Fence &dependency : parsed.dependencies)
		TRY(prepared.job.add_dependency(token, std::move(dependency)));
	TRY(find_bos(file, prepared.job));
	TRY(check_ranges(prepared.job));
	if (parsed.wants_fence_fd)
		prepared.fd = TRY(FdReservation::create(token));
	return prepared;
}

/* Every buffer mapped and pinned, and the commands' addresses known. The reservations are held. */
Result<void> pin(MayAlloc token, const Held &held, SoftVm &vm, ReservedJob &job)
{
	for (JobBo &bo : job.bos()) {
		if (bo.implicit)
			TRY(job.add_implicit(token, *bo.bo, bo.write));
	}
	for (JobBo &bo : job.bos())
		bo.pin = TRY(vm.pin(token, held, *bo.bo));
	for (Command &command : job.commands())
		command.iova =
			buffer_at(job.bos(), command.iova).pin.iova() + offset_at(command.iova);
	return {};
}

Result<void> gem_submit(MayFault may_fault, Context &context, struct drm_file *file,
			drm_msm_gem_submit &args)
{
	ParsedSubmit parsed;

	TRY(parse(may_fault, context, file, args, parsed));
	TRY(context.wait_for_room(may_fault));
	auto vm = TRY(context.vm().soft(may_fault));
	JobDraft drafted = TRY(draft(may_fault, vm, parsed, args));
	MayAlloc token = may_fault;
	PreparedSubmit prepared = TRY(prepare(token, file, parsed, std::move(drafted)));
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
		TRY(pin(token, held, *vm, prepared.job));
		auto fence_id = TRY(parsed.queue->reserve_fence_id(token, parsed.wanted_fence_id));

		ArmedJob armed = std::move(prepared.job).arm(lane);

		if (prepared.fd)
			sync_file.emplace(TRY(SyncFile::create(token, armed.finished())));

		args.fence = fence_id.value();
		std::move(armed).publish(
			token, args.fence, [&](Signalling publishing, const Fence &finished) {
				for (JobBo &bo : mutant(Mutant::no_reservation_fence)
							 ? std::span<JobBo>()
							 : bos)
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
