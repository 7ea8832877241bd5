// SPDX-License-Identifier: GPL-2.0-only
#include "sched/context.h"

#include <algorithm>

#include "kernel/driver.h"
#include "kernel/drm_device.h"
#include "kernel/log.h"
#include "sched/scheduler.h"

namespace msm {

using namespace kernel;

Result<void> Lane::init(MayAlloc token)
{
	return entity_.init(token, timeline(), level_);
}

Ring &Lane::ring() const
{
	return scheduler_.ring(ring_);
}

Timeline &Lane::timeline() const
{
	return scheduler_.timeline(ring_);
}

u64 Lane::job_limit() const
{
	return driver::job_timeout_ms(level_) * ticks_per_ms;
}

Context::Context(Scheduler &scheduler, DrmDevice &device, VmSource &vms, u64 number, u64 client_id)
	: scheduler_(scheduler), device_(device), number_(number), client_id_(client_id), vm_(vms)
{
	scheduler_.count_contexts(1);
}

Context::~Context()
{
	scheduler_.count_contexts(-1);
}

Result<Ref<Context>> Context::create(MayAlloc token, Scheduler &scheduler, DrmDevice &device,
				     VmSource &vms, u64 client_id)
{
	auto context = TRY(make_accounted<Context>(token, scheduler, device, vms,
						   scheduler.next_context_number(), client_id));
	auto ref = Ref<Context>::adopt(context.release());

	/* The default queue has the middle priority, rounded to the less urgent side. */
	if (auto id = ref->create_queue(token, scheduler.priorities() / 2); !id) {
		ref->close(token);
		return err(id.error());
	}
	return ref;
}

Context &Context::of(struct drm_file *file)
{
	return *static_cast<Context *>(bridge_drm_file_private(file));
}

void Context::close(MayAlloc token)
{
	closed_.set(1);
	queues_.for_each([this](u32 id, Submitqueue &queue) {
		queues_.erase(id);
		queue.unref();
	});
	vm_.close(token);
	(void)set_sysprof(token, 0);
}

Result<Lane *> Context::lane(MayAlloc token, u32 priority)
{
	Unique<Lane> &lane = lanes_[priority];

	if (!lane) {
		auto created = TRY(make_accounted<Lane>(token, scheduler_, priority / sched_levels,
							priority % sched_levels));

		TRY(created->init(token));
		lane = std::move(created);
	}
	return lane.get();
}

Result<u32> Context::create_queue(MayAlloc token, u32 priority)
{
	if (priority >= scheduler_.priorities())
		return err(EINVAL);

	auto id = TRY(queues_.reserve_cyclic(token));
	Lane *lane;
	{
		MutexGuard guard(lock_, token);

		lane = TRY(this->lane(token, priority));
	}
	auto queue = TRY(
		make_accounted<Submitqueue>(token, Ref<Context>(*this), *lane, id.id(), priority));

	return std::move(id).store(*queue.release());
}

Result<Ref<Submitqueue>> Context::queue(u32 id)
{
	auto queue = queues_.get(id);

	if (!queue)
		return err(ENOENT);
	return queue;
}

Result<void> Context::remove_queue(MayAlloc, u32 id)
{
	Submitqueue *queue = id ? queues_.erase(id) : nullptr;

	if (!queue)
		return err(ENOENT);
	queue->unref();
	return {};
}

Result<void> Context::set_sysprof(MayAlloc token, u64 level)
{
	if (level > 2)
		return err(EINVAL);

	MutexGuard guard(lock_, token);

	if (level == 2 && sysprof_ != 2)
		TRY(scheduler_.power().hold(token));
	if (level != 2 && sysprof_ == 2)
		scheduler_.power().release(token);
	scheduler_.count_profilers((level != 0) - (sysprof_ != 0));
	sysprof_ = level;
	return {};
}

Result<void> Context::wait_for_room(MayFault token)
{
	auto has_room = [this] {
		return static_cast<u32>(unretired_.get()) < driver::queue_depth();
	};

	return room_.wait(token, has_room, Deadline::never(), Interruptible::yes);
}

void Context::note_retired(Irq token)
{
	unretired_.add(-1);
	room_.wake_all(token);
}

void Context::report_lost_job(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	/* Who submitted it is in the log already. */
	if (comm_.empty() && cmdline_.empty())
		return;
	log_error_ratelimited(scheduler_.device(), "lost a job of client %llu '%s' (%s)",
			      client_id_, comm_.empty() ? "" : comm_.data(),
			      cmdline_.empty() ? "" : cmdline_.data());
}

static Buffer<char> copy(MayAlloc token, const Buffer<char> &text)
{
	auto result = Buffer<char>::create(token, text.size());

	if (!result)
		return {};
	std::ranges::copy(text, result->begin());
	return *std::move(result);
}

Context::Names Context::names(MayAlloc token)
{
	MutexGuard guard(lock_, token);

	return {.comm = copy(token, comm_), .cmdline = copy(token, cmdline_)};
}

Result<Ref<CommandLine>> Context::command_line(MayFault token)
{
	{
		MutexGuard guard(lock_, token);

		if (command_line_ && command_line_->is_current())
			return command_line_;
	}
	/* Without the lock, for which others wait. */
	Ref<CommandLine> line = TRY(CommandLine::current(token));
	MutexGuard guard(lock_, token);

	command_line_ = line;
	return line;
}

void Context::set_comm(MayAlloc token, Buffer<char> comm)
{
	MutexGuard guard(lock_, token);

	comm_ = std::move(comm);
}

void Context::set_cmdline(MayAlloc token, Buffer<char> cmdline)
{
	MutexGuard guard(lock_, token);

	cmdline_ = std::move(cmdline);
}

} // namespace msm
