// SPDX-License-Identifier: GPL-2.0-only
#include "sched/submitqueue.h"

#include "sched/context.h"
#include "sched/scheduler.h"

namespace msm {

using namespace kernel;

/* As upstream, lest userspace ever sees one as negative. */
static constexpr u32 last_fence_id = 0x7fffffff;

Submitqueue::Submitqueue(Ref<Context> context, Lane &lane, u32 id, u32 priority)
	: context_(std::move(context)), lane_(lane), id_(id), priority_(priority)
{
	context_->scheduler().queues().add(Irq::anywhere(), *this);
}

/* Each number belonged to a job, and each job kept the queue: none is left. */
Submitqueue::~Submitqueue()
{
	context_->scheduler().queues().remove(Irq::anywhere(), *this);
}

void Submitqueue::destroy(Submitqueue *queue)
{
	delete queue;
}

void Submitqueue::FenceId::publish(Signalling, const Fence &finished)
{
	Fence owned = finished;
	u32 id = value();

	std::move(reservation_).store(*owned.release());
	queue_.last_fence_.set(static_cast<s32>(id));
}

Result<Submitqueue::FenceId> Submitqueue::reserve_fence_id(MayAlloc token,
							   std::optional<u32> wanted)
{
	if (!wanted)
		return FenceId(*this, TRY(fences_.reserve_cyclic(token, last_fence_id)));
	if (!*wanted)
		return err(EINVAL);

	auto reservation = fences_.reserve_at(token, *wanted);
	if (!reservation)
		return err(reservation.error().code == EBUSY ? EINVAL : reservation.error().code);
	return FenceId(*this, *std::move(reservation));
}

void Submitqueue::forget_fence(MayAlloc token, u32 id)
{
	MutexGuard guard(lock_, token);

	Fence::adopt(fences_.erase(id));
}

Result<Fence> Submitqueue::find_fence(MayAlloc token, u32 id)
{
	if (Seqno(id).after(Seqno(static_cast<u32>(last_fence_.get()))))
		return err(EINVAL);

	MutexGuard guard(lock_, token);

	return Fence::get(fences_.find(id));
}

} // namespace msm
