// SPDX-License-Identifier: GPL-2.0-only
/*
 * GEM_SUBMIT: command buffers become a job.
 *
 * In three parts, by what each may do. parse() and draft() take everything out of user memory, with
 * no lock held and nothing powered. prepare() gathers whatever the job needs, all of which goes away
 * by itself if a later step fails. Then, with the lane and the reservations held, the job is armed, and one
 * publication that cannot fail makes it visible. After that the ioctl cannot fail any more.
 *
 * Clients see which check comes first, so the order of the checks is the ABI's.
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
 * @fd: for the job's fence, where one is wanted
 * @dependencies: what the job has to wait for, apart from what others do with its buffers
 * @resets, @signals: syncobjs that are emptied, and that get the job's fence, when it is published
 */
struct ParsedSubmit {
	Ref<Submitqueue> queue;
	std::optional<u32> wanted_fence_id;
	bool implicit_sync;
	std::optional<FdReservation> fd;
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
	if (args.nr_in_syncobjs > max_syncobjs)
		return err(EINVAL);
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
	if (args.nr_out_syncobjs > max_syncobjs)
		return err(EINVAL);
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
	if (args.flags & MSM_SUBMIT_FENCE_SN_IN)
		parsed.wanted_fence_id = args.fence;

	if (args.flags & MSM_SUBMIT_FENCE_FD_OUT)
		parsed.fd = TRY(FdReservation::create(token));
	/* More than could ever be done is refused before memory is spent on it. */
	if (args.nr_bos > max_bos)
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

u32 index_at(u64 place)
{
	return static_cast<u32>(place >> 32);
}

u32 offset_at(u64 place)
{
	return static_cast<u32>(place);
}

Result<void> read_bos(MayFault token, const ParsedSubmit &parsed, const drm_msm_gem_submit &args,
		      std::span<JobBo> bos)
{
	return copy_in_each<drm_msm_gem_submit_bo>(
		token, args.bos, args.nr_bos,
		[&](u32 i, const drm_msm_gem_submit_bo &bo) -> Result<void> {
			JobBo &out = bos[i];

			TRY(check_bo(bo));
			out.handle = bo.handle;
			out.write = bo.flags & MSM_SUBMIT_BO_WRITE;
			out.dump = bo.flags & MSM_SUBMIT_BO_DUMP;
			out.implicit =
				parsed.implicit_sync && !(bo.flags & MSM_SUBMIT_BO_NO_IMPLICIT);
			return {};
		});
}

Result<void> find_bos(struct drm_file *file, std::span<JobBo> bos)
{
	for (JobBo &bo : bos) {
		auto found = Bo::lookup(file, bo.handle);

		if (!found)
			return err(EINVAL);
		bo.bo = *std::move(found);
	}
	return {};
}

/* Whether they fit into their buffers is for address_commands(). */
Result<void> read_commands(MayFault token, const drm_msm_gem_submit &args,
			   std::span<Command> commands)
{
	return copy_in_each<drm_msm_gem_submit_cmd>(
		token, args.cmds, args.nr_cmds,
		[&](u32 i, const drm_msm_gem_submit_cmd &command) -> Result<void> {
			auto type = TRY(command_type(command.type));

			if (command.size % 4)
				return err(EINVAL);
			/*
			 * Addresses are patched in by nobody any more: from the a6xx on they are
			 * fixed before. Who asks for it is refused with those that are empty.
			 */
			commands[i] = {
				.iova = place(command),
				.words = command.nr_relocs ? 0 : command.size / 4,
				.type = type,
			};
			return {};
		});
}

/* The job's memory, with what the tables say in it, and checked as far as that goes. */
Result<JobDraft> draft(MayFault token, struct drm_file *file, Ref<SoftVm> vm,
		       const ParsedSubmit &parsed, const drm_msm_gem_submit &args)
{
	auto draft = TRY(
		JobDraft::create(token, parsed.queue, std::move(vm), args.nr_bos, args.nr_cmds));

	TRY(read_bos(token, parsed, args, draft.bos()));
	TRY(find_bos(file, draft.bos()));
	TRY(read_commands(token, args, draft.commands()));
	return draft;
}

Result<ReservedJob> prepare(MayAlloc token, ParsedSubmit &parsed, JobDraft draft)
{
	auto job = TRY(std::move(draft).reserve(token));

	TRY(job.add_dependency(token, std::move(parsed.in_fence)));
	for (Fence &dependency : parsed.dependencies)
		TRY(job.add_dependency(token, std::move(dependency)));
	return job;
}

/* Every buffer mapped and pinned. The reservations are held. */
Result<void> pin(MayAlloc token, const Held &held, SoftVm &vm, ReservedJob &job)
{
	for (JobBo &bo : job.bos()) {
		if (bo.implicit)
			TRY(job.add_implicit(token, *bo.bo, bo.write));
	}
	for (JobBo &bo : job.bos())
		bo.pin = TRY(vm.pin(token, held, *bo.bo));
	return {};
}

/* The commands' addresses, for those that lie in their buffers. */
Result<void> address_commands(ReservedJob &job)
{
	for (Command &command : job.commands()) {
		u32 index = index_at(command.iova), offset = offset_at(command.iova);

		if (index >= job.bos().size() || offset % 4)
			return err(EINVAL);
		if (!command.words || command.words > max_command_words)
			return err(EINVAL);

		const JobBo &bo = job.bos()[index];

		if (u64{offset} + u64{command.words} * 4 > bo.bo->size())
			return err(EINVAL);
		command.iova = bo.pin.iova() + offset;
	}
	return {};
}

Result<void> gem_submit(MayFault may_fault, Context &context, struct drm_file *file,
			drm_msm_gem_submit &args)
{
	ParsedSubmit parsed;

	TRY(parse(may_fault, context, file, args, parsed));
	auto vm = TRY(context.vm().soft(may_fault));
	JobDraft drafted = TRY(draft(may_fault, file, vm, parsed, args));
	drafted.note(TRY(context.command_line(may_fault)));
	TRY(context.wait_for_room(may_fault));
	MayAlloc token = may_fault;
	ReservedJob job = TRY(prepare(token, parsed, std::move(drafted)));
	Lane &lane = parsed.queue->lane();
	std::optional<SyncFile> sync_file;

	{
		MutexGuard lane_guard(lane.lock(), token);
		ReservationSet held;
		std::span<JobBo> bos = job.bos();

		/*
		 * Two slots in each: private BOs share a reservation, in which the job's fence may
		 * stand once for what it writes and once for what it reads.
		 */
		TRY(held.lock(token, bos.size(), 2, [&](u32 i) -> Bo & { return *bos[i].bo; }));
		TRY(pin(token, held, *vm, job));
		TRY(address_commands(job));
		auto fence_id = TRY(parsed.queue->reserve_fence_id(token, parsed.wanted_fence_id));

		ArmedJob armed = std::move(job).arm(lane);

		if (parsed.fd)
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

	if (parsed.fd)
		args.fence_fd = std::move(*parsed.fd).install(std::move(*sync_file));
	return {};
}

} // namespace
} // namespace msm

int msmxx_ioctl_gem_submit(struct drm_device *, void *data, struct drm_file *file)
{
	return kernel::to_errno(msm::gem_submit(kernel::entry::ioctl(), msm::Context::of(file),
						file, *static_cast<drm_msm_gem_submit *>(data)));
}
