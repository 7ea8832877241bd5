// SPDX-License-Identifier: GPL-2.0-only
/*
 * Jobs through all their states, with the kernel's scheduler, a fake GPU and fake page tables: what
 * runs, what is undone, what outlives what.
 */

#include <optional>

#include "kernel/rcu.h"
#include "sched/context.h"
#include "sched/job.h"
#include "sched/scheduler.h"
#include "sched/submitqueue.h"
#include "tests/fake_hardware.h"
#include "tests/fake_world.h"

using namespace kernel;
using namespace msm;

namespace {

constexpr Nanoseconds patience = milliseconds(20'000);

/* A device with everything from the scheduler down, and one open file. */
class Device final : public VmSource {
public:
	static Result<Unique<Device>> create(Test &test)
	{
		MayAlloc token = test.may_alloc();
		auto device = TRY(make<Device>(token));

		device->world_ = TRY(World::create(test));
		device->memory_ = TRY(Buffer<u32>::create(token, ring_words));

		RingMemory ring{device->memory_.data(), 0x1000, &device->position_};

		device->scheduler_ = TRY(Scheduler::create(token, nullptr, device->hardware,
							   {&ring, 1}, device->memptrs_, 0x9000));
		TRY(device->open(token));
		return device;
	}

	/** open() - the file; once it was closed, another */
	Result<void> open(MayAlloc token)
	{
		context = TRY(Context::create(token, *scheduler_, world_->device(), *this, 1));
		vm = TRY(context->vm().soft(token));
		queue = TRY(context->queue(0));
		return {};
	}

	/** close() - the file's last close */
	void close(Test &test)
	{
		queue = {};
		if (context)
			context->close(test.may_alloc());
		vm = {};
		context = {};
	}

	/** destroy() - close, then remove; the GPU is given little time for what is unfinished */
	void destroy(Test &test)
	{
		close(test);
		if (scheduler_)
			scheduler_->stop(test.may_alloc(), milliseconds(20));
		scheduler_ = nullptr;
	}

	Result<Ref<SoftVm>> vm_for_file(MayAlloc token) override
	{
		Unique<Mmu> mmu = TRY(make<FakeMmu>(token, tables));

		return SoftVm::create(token, world_->device(), std::move(mmu), 0x100000,
				      64 * PAGE_SIZE);
	}
	bool has_private_vms() const override { return true; }

	Scheduler &scheduler() { return *scheduler_; }
	Ring &ring() { return scheduler_->ring(0); }
	World &world() { return *world_; }

	Result<ReservedJob> job(Test &test, u32 bos, u32 commands)
	{
		auto draft = TRY(JobDraft::create(test.may_alloc(), queue, vm, bos, commands));
		auto job = TRY(std::move(draft).reserve(test.may_alloc()));

		for (u32 i = 0; i < commands; i++)
			job.commands()[i] = {
				.iova = 0x10000 + i, .words = i + 1, .type = CommandType::buffer};
		return job;
	}

	/* Arms and publishes, with a number; the finished fence. */
	Result<Fence> submit(Test &test, ReservedJob &&job)
	{
		MayAlloc token = test.may_alloc();
		Lane &lane = queue->lane();
		MutexGuard guard(lane.lock(), token);
		auto id = TRY(queue->reserve_fence_id(token, {}));
		ArmedJob armed = std::move(job).arm(lane);
		Fence finished = armed.finished();

		last_id = id.value();
		std::move(armed).publish(token, id.value(),
					 [&](Signalling publishing, const Fence &fence) {
						 id.publish(publishing, fence);
					 });
		return finished;
	}

	/* The scheduler's worker has told the GPU of that many jobs. */
	bool wait_for_kicks(Signalling token, s32 count)
	{
		Deadline deadline = Deadline::after(patience);

		while (hardware.kicks.get() < count && !deadline.passed())
			sleep_for(token, 500);
		return hardware.kicks.get() == count;
	}

	FakeTables tables;
	FakeHardware hardware;
	Ref<Context> context;
	Ref<SoftVm> vm;
	Ref<Submitqueue> queue;
	u32 last_id = 0;

private:
	Unique<World> world_;
	Buffer<u32> memory_;
	u32 position_ = 0;
	RingMemptrs memptrs_[1] = {};
	Unique<Scheduler> scheduler_;
};

Result<void> wait(Test &test, const Fence &fence)
{
	return fence.wait(test.may_alloc(), Deadline::after(patience), Interruptible::no);
}

void runs_and_retires(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	BoRef bo = ASSERT_OK(test, device->world().bo(test, 1));
	Fence finished;
	{
		auto job = ASSERT_OK(test, device->job(test, 1, 2));

		EXPECT_EQ(test, device->hardware.powered, 1);
		job.bos()[0].bo = bo;
		{
			Reservation held(test.may_alloc(), *bo);

			job.bos()[0].pin =
				ASSERT_OK(test, device->vm->pin(test.may_alloc(), held, *bo));
		}
		finished = ASSERT_OK(test, device->submit(test, std::move(job)));
	}
	EXPECT(test, device->wait_for_kicks(test.may_alloc(), 1));
	EXPECT_EQ(test, device->hardware.commands_written, 2);
	EXPECT(test, !finished.is_signaled());
	EXPECT(test,
	       !!ASSERT_OK(test, device->queue->find_fence(test.may_alloc(), device->last_id)));

	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, finished));
	EXPECT(test, finished.error());

	/* Retirement lets go of power, number and buffer. */
	EXPECT(test,
	       device->scheduler().power().wait_idle(test.may_alloc(), Deadline::after(patience)));
	EXPECT_EQ(test, device->hardware.powered, 0);
	EXPECT(test,
	       !ASSERT_OK(test, device->queue->find_fence(test.may_alloc(), device->last_id)));
	EXPECT_ERROR(test, device->queue->find_fence(test.may_alloc(), device->last_id + 1),
		     EINVAL);
	bo = {};
	device->world().device().reaper().flush(test.may_alloc());
	EXPECT_EQ(test, device->tables.mapped, 0);
	EXPECT_EQ(test, device->context->faults(), 0);
	device->destroy(test);
}

/* However many jobs have waited for something until the GPU was lost: its ring takes none of them. */
void any_number_comes_too_late(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	constexpr u32 jobs = 12, commands = ring_credits / 3 / 4 - 1;
	Fence before = Fence::adopt(fake_fence_create());
	Fence fences[jobs];

	ASSERT(test, !!before);
	for (Fence &fence : fences) {
		auto job = ASSERT_OK(test, device->job(test, 0, commands));

		ASSERT(test, job.add_dependency(test.may_alloc(), before));
		fence = ASSERT_OK(test, device->submit(test, std::move(job)));
	}
	device->ring().kill(test.irq(), -EIO);
	fake_fence_signal(before.raw());
	for (const Fence &fence : fences) {
		EXPECT(test, wait(test, fence));
		EXPECT_ERROR(test, fence.error(), EIO);
	}
	EXPECT_EQ(test, device->hardware.commands_written, 0u);
	device->destroy(test);
}

/* The SMMU walks them until it is told of others, or sleeps: whatever becomes of the process. */
void tables_stay_while_they_are_loaded(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	auto run = [&] {
		auto job = device->job(test, 0, 1);

		if (!job)
			return false;

		auto finished = device->submit(test, *std::move(job));

		return finished && wait(test, *finished) &&
		       device->scheduler().power().wait_idle(test.may_alloc(),
							     Deadline::after(patience));
	};

	device->hardware.finish_at_once.set(1);
	ASSERT(test, run());
	EXPECT_EQ(test, device->scheduler().kept(test.irq()).vms, 0u);
	device->close(test);
	EXPECT(test, !device->tables.destroyed);
	EXPECT_EQ(test, device->scheduler().kept(test.irq()).vms, 1u);

	/* Another process, which does nothing, and then something. */
	ASSERT(test, device->open(test.may_alloc()));
	EXPECT(test, !device->tables.destroyed);
	ASSERT(test, run());
	EXPECT(test, device->tables.destroyed);

	device->tables.destroyed = false;
	device->close(test);
	EXPECT(test, !device->tables.destroyed);
	device->scheduler().unload(test.may_alloc());
	EXPECT(test, device->tables.destroyed);
	device->destroy(test);
}

void dropped_before_arming(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	BoRef bo = ASSERT_OK(test, device->world().bo(test, 1));
	{
		auto job = ASSERT_OK(test, device->job(test, 1, 1));
		auto large = ASSERT_OK(test, device->job(test, 0, 500));

		job.bos()[0].bo = bo;
		EXPECT_EQ(test, large.commands().size(), 500);
	}
	device->scheduler().retire().flush(test.may_alloc());
	EXPECT_EQ(test, device->scheduler().power().armed(), 0);
	EXPECT_EQ(test, device->hardware.powered, 0);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);
	device->destroy(test);
}

void cancelled_after_arming(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	Fence finished;

	device->hardware.finish_at_once.set(1);
	{
		auto job = ASSERT_OK(test, device->job(test, 0, 3));
		Lane &lane = device->queue->lane();
		MayAlloc token = test.may_alloc();
		MutexGuard guard(lane.lock(), token);
		ArmedJob armed = std::move(job).arm(lane);

		finished = armed.finished();
	}
	/* It took its turn in the ring, without its commands. */
	EXPECT(test, wait(test, finished));
	EXPECT_ERROR(test, finished.error(), ECANCELED);
	EXPECT_EQ(test, device->hardware.commands_written, 0);
	EXPECT_EQ(test, device->hardware.kicks.get(), 1);
	device->destroy(test);
	EXPECT_EQ(test, device->hardware.powered, 0);
}

void large_jobs_keep_their_arrays_elsewhere(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	auto job = ASSERT_OK(test, device->job(test, 0, 1000));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));

	EXPECT(test, device->wait_for_kicks(test.may_alloc(), 1));
	EXPECT_EQ(test, device->hardware.commands_written, 1000);
	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, finished));
	device->destroy(test);
}

void refuses_what_cannot_run(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));

	EXPECT_ERROR(test, device->job(test, 0, ring_credits / 3), EINVAL);
	EXPECT_ERROR(test, device->job(test, 0, ~0u), EINVAL);
	EXPECT_EQ(test, device->scheduler().power().armed(), 0);

	device->hardware.power_error = ENOMEM;
	EXPECT_ERROR(test, device->job(test, 0, 1), ENOMEM);
	device->hardware.power_error = 0;
	EXPECT_EQ(test, device->scheduler().power().armed(), 0);
	EXPECT(test, device->job(test, 0, (ring_credits - 2) / 3));
	device->destroy(test);
	EXPECT_EQ(test, device->hardware.powered, 0);
}

void waits_for_dependencies(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	Fence before = Fence::adopt(fake_fence_create());

	ASSERT(test, !!before);
	auto blocked = ASSERT_OK(test, device->job(test, 0, 1));
	ASSERT(test, blocked.add_dependency(test.may_alloc(), before));
	Fence first = ASSERT_OK(test, device->submit(test, std::move(blocked)));
	auto follower = ASSERT_OK(test, device->job(test, 0, 1));
	Fence second = ASSERT_OK(test, device->submit(test, std::move(follower)));

	/* The second has nothing to wait for but its place in the lane. */
	sleep_for(test.may_alloc(), 20'000);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);
	fake_fence_signal(before.raw());
	EXPECT(test, device->wait_for_kicks(test.may_alloc(), 2));
	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, first));
	EXPECT(test, wait(test, second));
	device->destroy(test);
}

void full_ring_is_back_pressure(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	constexpr u32 jobs = 12, commands = ring_credits / 3 / 4 - 1;
	Fence fences[jobs];

	for (Fence &fence : fences) {
		auto job = ASSERT_OK(test, device->job(test, 0, commands));

		fence = ASSERT_OK(test, device->submit(test, std::move(job)));
	}
	/* Four at a time fit. */
	for (s32 kicked = 4; kicked <= static_cast<s32>(jobs); kicked += 4) {
		EXPECT(test, device->wait_for_kicks(test.may_alloc(), kicked));
		sleep_for(test.may_alloc(), 10'000);
		EXPECT_EQ(test, device->hardware.kicks.get(), kicked);
		EXPECT(test, !fences[kicked - 1].is_signaled());
		device->hardware.finish(test.irq(), device->ring());
		EXPECT(test, wait(test, fences[kicked - 1]));
	}
	EXPECT_EQ(test, device->hardware.commands_written, jobs * commands);
	device->destroy(test);
}

void closed_contexts_drain_without_effect(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	Fence before = Fence::adopt(fake_fence_create());

	ASSERT(test, !!before);
	auto job = ASSERT_OK(test, device->job(test, 0, 5));
	ASSERT(test, job.add_dependency(test.may_alloc(), before));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));

	device->hardware.finish_at_once.set(1);
	device->close(test);
	EXPECT(test, !finished.is_signaled());
	fake_fence_signal(before.raw());
	EXPECT(test, wait(test, finished));
	EXPECT_ERROR(test, finished.error(), ECANCELED);
	EXPECT_EQ(test, device->hardware.commands_written, 0);
	device->destroy(test);
}

void gone_with_unfinished_jobs(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));
	Ref<Context> context = device->context;

	EXPECT(test, device->wait_for_kicks(test.may_alloc(), 1));
	device->scheduler().stop(test.may_alloc(), milliseconds(10));
	EXPECT(test, device->hardware.stopped);
	/* Not by the job's reference alone. */
	EXPECT_EQ(test, device->hardware.powered_at_stop, 2);
	EXPECT(test, wait(test, finished));
	EXPECT_ERROR(test, finished.error(), ENODEV);
	EXPECT_EQ(test, context->faults(), 1);
	EXPECT_EQ(test, device->queue->faults(), 1);
	EXPECT_EQ(test, device->hardware.powered, 0);

	/* Files are still open, and are refused. */
	EXPECT_ERROR(test, device->job(test, 0, 1), ENODEV);
	context = {};
	device->destroy(test);
}

void halted_with_a_blocked_job(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	Fence before = Fence::adopt(fake_fence_create());

	ASSERT(test, !!before);
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	ASSERT(test, job.add_dependency(test.may_alloc(), before));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));

	/* Nobody waits for it, and it never gets to the GPU. */
	device->scheduler().halt(test.may_alloc(), Deadline::now());
	EXPECT(test, device->hardware.stopped);
	EXPECT_ERROR(test, device->job(test, 0, 1), ENODEV);
	EXPECT(test, !finished.is_signaled());
	fake_fence_signal(before.raw());
	EXPECT(test, wait(test, finished));
	EXPECT_ERROR(test, finished.error(), ENODEV);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);
	device->destroy(test);
}

/* How many are where, of the ring and of the queue; also a while from now. */
bool jobs_are(Test &test, Device &device, u32 queued, u32 running, u32 retired)
{
	Deadline deadline = Deadline::after(patience);
	auto are = [&](const JobCounts &jobs) {
		return jobs.queued() == queued && jobs.running() == running &&
		       jobs.retired() == retired;
	};

	while (!are(device.ring().jobs()) && !deadline.passed())
		sleep_for(test.may_alloc(), 500);
	return are(device.ring().jobs()) && are(device.queue->jobs());
}

void asleep_nothing_runs(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	MayAlloc token = test.may_alloc();
	Scheduler &scheduler = device->scheduler();

	EXPECT(test, scheduler.sleep(token, Deadline::now()));
	EXPECT(test, scheduler.is_parked(test.irq()));
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));
	sleep_for(token, 20'000);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);
	EXPECT(test, jobs_are(test, *device, 1, 0, 0));

	scheduler.wake(token);
	EXPECT(test, !scheduler.is_parked(test.irq()));
	EXPECT(test, device->wait_for_kicks(token, 1));
	EXPECT(test, jobs_are(test, *device, 0, 1, 0));
	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, finished));
	EXPECT(test, jobs_are(test, *device, 0, 0, 1));
	device->destroy(test);
}

void no_sleep_before_the_ring_is_empty(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	MayAlloc token = test.may_alloc();
	Scheduler &scheduler = device->scheduler();
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	Fence first = ASSERT_OK(test, device->submit(test, std::move(job)));

	ASSERT(test, device->wait_for_kicks(token, 1));
	EXPECT_ERROR(test, scheduler.sleep(token, Deadline::after(milliseconds(20))), ETIMEDOUT);

	/* As if nobody had asked. */
	EXPECT(test, !scheduler.is_parked(test.irq()));
	auto other = ASSERT_OK(test, device->job(test, 0, 1));
	Fence second = ASSERT_OK(test, device->submit(test, std::move(other)));
	EXPECT(test, device->wait_for_kicks(token, 2));
	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, second));

	/* Now it is. What the scheduler has not freed yet is retired when it runs again. */
	EXPECT(test, scheduler.sleep(token, Deadline::after(patience)));
	EXPECT(test, !scheduler.any_unfinished(test.irq()));
	scheduler.wake(token);
	EXPECT(test, jobs_are(test, *device, 0, 0, 2));
	EXPECT(test, scheduler.power().wait_idle(token, Deadline::after(patience)));
	EXPECT_EQ(test, device->hardware.powered, 0);
	device->destroy(test);
}

void blocked_jobs_sleep_too(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	MayAlloc token = test.may_alloc();
	Scheduler &scheduler = device->scheduler();
	Fence before = Fence::adopt(fake_fence_create());

	ASSERT(test, !!before);
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	ASSERT(test, job.add_dependency(token, before));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));

	EXPECT(test, scheduler.sleep(token, Deadline::now()));
	EXPECT(test, jobs_are(test, *device, 1, 0, 0));
	/* It still counts: its reference of the GPU is what resume comes back to. */
	EXPECT_EQ(test, scheduler.power().armed(), 1);
	EXPECT_EQ(test, device->hardware.powered, 1);
	/* What it waits for comes while everything sleeps. */
	fake_fence_signal(before.raw());
	sleep_for(token, 20'000);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);

	scheduler.wake(token);
	EXPECT(test, device->wait_for_kicks(token, 1));
	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, finished));
	device->destroy(test);
	EXPECT_EQ(test, device->hardware.powered, 0);
}

/* Nobody who wakes up in between may let jobs run. */
void asleep_while_a_reset_parks(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	MayAlloc token = test.may_alloc();
	Scheduler &scheduler = device->scheduler();

	EXPECT(test, scheduler.sleep(token, Deadline::now()));
	scheduler.park(token);
	scheduler.unpark(token);
	EXPECT(test, scheduler.is_parked(test.irq()));
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));
	sleep_for(token, 20'000);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);
	scheduler.wake(token);
	EXPECT(test, device->wait_for_kicks(token, 1));
	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, finished));
	device->destroy(test);
}

/* Nor may who woke the scheduler a moment before; when the last one unparks it no wake is lost. */
void parked_against_a_late_wake(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	MayAlloc token = test.may_alloc();
	Scheduler &scheduler = device->scheduler();

	scheduler.park(token);
	scheduler.park(token);
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	Fence finished = ASSERT_OK(test, device->submit(test, std::move(job)));
	fake_late_wake(finished.raw());
	sleep_for(token, 20'000);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);
	scheduler.unpark(token);
	fake_late_wake(finished.raw());
	sleep_for(token, 20'000);
	EXPECT_EQ(test, device->hardware.kicks.get(), 0);
	scheduler.unpark(token);
	EXPECT(test, device->wait_for_kicks(token, 1));
	device->hardware.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, finished));
	device->destroy(test);
}

/* Three jobs, of which the second hangs. */
void only_the_guilty_fails(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	FakeHardware &gpu = device->hardware;
	Recovery &recovery = device->scheduler().recovery();
	Fence fences[3];

	gpu.ring = &device->ring();
	for (Fence &fence : fences) {
		auto job = ASSERT_OK(test, device->job(test, 0, 2));

		fence = ASSERT_OK(test, device->submit(test, std::move(job)));
	}
	ASSERT(test, device->wait_for_kicks(test.may_alloc(), 3));
	gpu.finish_one(test.irq(), device->ring());
	EXPECT(test, wait(test, fences[0]));

	u32 written = gpu.commands_written;
	recovery.request(test.irq(), HangCause::no_progress, 0, device->ring().oldest(test.irq()));
	EXPECT(test, wait(test, fences[1]));
	EXPECT_ERROR(test, fences[1].error(), EIO);
	/* Counted before anyone could see that it failed. */
	EXPECT_EQ(test, device->context->faults(), 1);
	EXPECT_EQ(test, device->queue->faults(), 1);
	recovery.flush(test.may_alloc());
	EXPECT(test, !fences[2].is_signaled());
	EXPECT_EQ(test, gpu.halts, 1);
	EXPECT_EQ(test, gpu.resets, 1);
	EXPECT_EQ(test, recovery.resets(), 1);
	EXPECT_EQ(test, gpu.commands_written, written + 2);

	gpu.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, fences[2]));
	EXPECT(test, fences[2].error());
	EXPECT_EQ(test, device->context->faults(), 1);

	/* One reference, neither lost nor doubled. */
	EXPECT(test,
	       device->scheduler().power().wait_idle(test.may_alloc(), Deadline::after(patience)));
	EXPECT_EQ(test, gpu.powered, 0);
	device->destroy(test);
}

void who_got_on_after_all_is_left_alone(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	FakeHardware &gpu = device->hardware;
	Recovery &recovery = device->scheduler().recovery();

	gpu.ring = &device->ring();
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	Fence first = ASSERT_OK(test, device->submit(test, std::move(job)));
	ASSERT(test, device->wait_for_kicks(test.may_alloc(), 1));
	{
		/* The CP has done it, and the interrupt is late. */
		SignallingSection section(test.may_alloc());

		gpu.complete(device->ring());
		recovery.request(section.token(), HangCause::no_progress, 0,
				 device->ring().oldest(test.irq()));
	}
	recovery.flush(test.may_alloc());
	EXPECT(test, wait(test, first));
	EXPECT(test, first.error());
	EXPECT_EQ(test, gpu.resets, 0);

	/* Nothing to blame, and nobody to wait for. */
	recovery.request(test.irq(), HangCause::hang_interrupt, 0, {});
	recovery.flush(test.may_alloc());
	EXPECT_EQ(test, gpu.resets, 0);
	device->destroy(test);
}

/* While the system sleeps a hang has to wait; before, it is waited for. */
void not_reset_in_a_sleep(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	FakeHardware &gpu = device->hardware;
	Scheduler &scheduler = device->scheduler();
	Recovery &recovery = scheduler.recovery();
	Fence fences[2];

	gpu.ring = &device->ring();
	for (Fence &fence : fences) {
		auto job = ASSERT_OK(test, device->job(test, 0, 1));

		fence = ASSERT_OK(test, device->submit(test, std::move(job)));
	}
	ASSERT(test, device->wait_for_kicks(test.may_alloc(), 2));
	EXPECT_ERROR(test, scheduler.prepare_sleep(test.may_alloc(), Deadline::now()), ETIMEDOUT);

	recovery.hold(test.may_alloc());
	recovery.request(test.irq(), HangCause::hang_interrupt, 0,
			 device->ring().oldest(test.irq()));
	recovery.flush(test.may_alloc());
	EXPECT_EQ(test, gpu.resets, 0);
	EXPECT(test, !fences[0].is_signaled());
	EXPECT_ERROR(test, scheduler.sleep(test.may_alloc(), Deadline::now()), ETIMEDOUT);

	recovery.release(test.irq());
	EXPECT(test, wait(test, fences[0]));
	EXPECT_ERROR(test, fences[0].error(), EIO);
	recovery.flush(test.may_alloc());
	EXPECT_EQ(test, gpu.resets, 1);

	gpu.finish(test.irq(), device->ring());
	EXPECT(test, wait(test, fences[1]));
	EXPECT(test, fences[1].error());
	EXPECT(test, scheduler.prepare_sleep(test.may_alloc(), Deadline::after(patience)));
	recovery.release(test.irq());
	device->destroy(test);
}

void reset_on_request(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	FakeHardware &gpu = device->hardware;
	Recovery &recovery = device->scheduler().recovery();

	gpu.ring = &device->ring();
	/* Off: there is nothing to reset. */
	EXPECT(test, recovery.reset(test.may_alloc()));
	EXPECT_EQ(test, gpu.resets, 0);
	EXPECT(test, device->context->set_sysprof(test.may_alloc(), 2));
	EXPECT(test, recovery.reset(test.may_alloc()));
	EXPECT_EQ(test, gpu.resets, 1);
	EXPECT_EQ(test, gpu.powered, 1);

	/* A job that does not finish in a second was not going to. */
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	Fence fence = ASSERT_OK(test, device->submit(test, std::move(job)));
	ASSERT(test, device->wait_for_kicks(test.may_alloc(), 1));
	EXPECT(test, recovery.reset(test.may_alloc()));
	EXPECT_EQ(test, gpu.resets, 2);
	EXPECT(test, fence.is_signaled());
	EXPECT_ERROR(test, fence.error(), EIO);
	device->destroy(test);
	EXPECT_EQ(test, gpu.powered, 0);
}

void lost_device(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	FakeHardware &gpu = device->hardware;
	Recovery &recovery = device->scheduler().recovery();
	Fence fences[2];

	gpu.ring = &device->ring();
	for (Fence &fence : fences) {
		auto job = ASSERT_OK(test, device->job(test, 0, 2));

		fence = ASSERT_OK(test, device->submit(test, std::move(job)));
	}
	Fence before = Fence::adopt(fake_fence_create());
	auto job = ASSERT_OK(test, device->job(test, 0, 1));
	ASSERT(test, job.add_dependency(test.may_alloc(), before));
	Fence blocked = ASSERT_OK(test, device->submit(test, std::move(job)));

	ASSERT(test, device->wait_for_kicks(test.may_alloc(), 2));
	gpu.power_error = ETIMEDOUT;
	recovery.request(test.irq(), HangCause::cp_error, 0, device->ring().oldest(test.irq()));
	for (Fence &fence : fences) {
		EXPECT(test, wait(test, fence));
		EXPECT_ERROR(test, fence.error(), EIO);
	}
	recovery.flush(test.may_alloc());
	EXPECT(test, device->scheduler().power().is_lost());
	EXPECT_ERROR(test, device->job(test, 0, 1), EIO);
	EXPECT_ERROR(test, recovery.reset(test.may_alloc()), EIO);

	/* A job that only now could run does not. */
	fake_fence_signal(before.raw());
	EXPECT(test, wait(test, blocked));
	EXPECT_ERROR(test, blocked.error(), EIO);
	EXPECT_EQ(test, gpu.kicks.get(), 2);
	device->destroy(test);
	EXPECT_EQ(test, gpu.powered, 0);
}

void fences_outlive_everything(Test &test)
{
	Fence finished, cancelled;
	{
		auto device = ASSERT_OK(test, Device::create(test));

		device->hardware.finish_at_once.set(1);
		auto job = ASSERT_OK(test, device->job(test, 0, 1));
		finished = ASSERT_OK(test, device->submit(test, std::move(job)));
		auto late = ASSERT_OK(test, device->job(test, 0, 1));
		{
			Lane &lane = device->queue->lane();
			MayAlloc token = test.may_alloc();
			MutexGuard guard(lane.lock(), token);
			ArmedJob armed = std::move(late).arm(lane);

			cancelled = armed.finished();
		}
		EXPECT(test, wait(test, finished));
		EXPECT(test, wait(test, cancelled));
		device->destroy(test);
	}
	/* Grace periods pass; what the fences need of the device must not have gone with it. */
	rcu_barrier(test.may_alloc());
	EXPECT(test, finished.is_signaled());
	EXPECT(test, finished.error());
	EXPECT_ERROR(test, cancelled.error(), ECANCELED);
	EXPECT(test, fake_fence_describe(finished.raw()) > 0);
	EXPECT(test, fake_fence_describe(cancelled.raw()) > 0);
}

void numbers(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	Submitqueue &queue = *device->queue;
	MayAlloc token = test.may_alloc();
	Fence fence = Fence::adopt(fake_fence_create());
	auto publish = [&](Submitqueue::FenceId &&id) {
		SignallingSection section(token);
		u32 value = id.value();

		id.publish(section.token(), fence);
		return value;
	};

	ASSERT(test, !!fence);
	u32 first = publish(ASSERT_OK(test, queue.reserve_fence_id(token, {})));
	EXPECT_EQ(test, first, 1);
	EXPECT_ERROR(test, queue.reserve_fence_id(token, 0), EINVAL);
	EXPECT_ERROR(test, queue.reserve_fence_id(token, first), EINVAL);
	EXPECT(test, ASSERT_OK(test, queue.find_fence(token, first)).raw() == fence.raw());

	/* A number that was reserved for a job that did not come about is free again. */
	EXPECT(test, queue.reserve_fence_id(token, 7));
	u32 seven = publish(ASSERT_OK(test, queue.reserve_fence_id(token, 7)));
	EXPECT_EQ(test, seven, 7);

	/* Numbers have 32 bits, all of them; one beyond the newest, the shorter way round, has not
	 * come yet. */
	EXPECT_ERROR(test, queue.find_fence(token, 8), EINVAL);
	u32 high = publish(ASSERT_OK(test, queue.reserve_fence_id(token, 0x80000005)));
	EXPECT(test, ASSERT_OK(test, queue.find_fence(token, high)).raw() == fence.raw());

	for (u32 id : {first, seven, high})
		queue.forget_fence(token, id);
	EXPECT(test, !ASSERT_OK(test, queue.find_fence(token, high)));
	EXPECT_EQ(test, publish(ASSERT_OK(test, queue.reserve_fence_id(token, {}))), 2);
	queue.forget_fence(token, 2);
	fake_fence_signal(fence.raw());
	device->destroy(test);
}

void queues(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	MayAlloc token = test.may_alloc();
	Context &context = *device->context;

	EXPECT_ERROR(test, context.create_queue(token, 3), EINVAL);
	EXPECT_ERROR(test, context.create_queue(token, ~0u), EINVAL);
	u32 urgent = ASSERT_OK(test, context.create_queue(token, 0));
	u32 other = ASSERT_OK(test, context.create_queue(token, 0));
	u32 default_like = ASSERT_OK(test, context.create_queue(token, 1));

	EXPECT(test, urgent != 0 && other != urgent);
	/* Queues of a priority share its lane, so that their jobs stand in one order. */
	{
		auto a = ASSERT_OK(test, context.queue(urgent));
		auto b = ASSERT_OK(test, context.queue(other));
		auto c = ASSERT_OK(test, context.queue(default_like));

		EXPECT(test, &a->lane() == &b->lane());
		EXPECT(test, &a->lane() != &device->queue->lane());
		EXPECT(test, &c->lane() == &device->queue->lane());
	}

	EXPECT(test, context.remove_queue(token, urgent));
	EXPECT_ERROR(test, context.remove_queue(token, urgent), ENOENT);
	EXPECT_ERROR(test, context.queue(urgent), ENOENT);
	EXPECT_ERROR(test, context.remove_queue(token, 0), ENOENT);
	EXPECT(test, context.queue(0));
	/* Ids are not used twice in a row. */
	EXPECT(test, ASSERT_OK(test, context.create_queue(token, 0)) != urgent);
	device->destroy(test);
}

void profiling(Test &test)
{
	auto device = ASSERT_OK(test, Device::create(test));
	MayAlloc token = test.may_alloc();

	EXPECT_ERROR(test, device->context->set_sysprof(token, 3), EINVAL);
	EXPECT(test, device->context->set_sysprof(token, 1));
	EXPECT_EQ(test, device->scheduler().profilers(), 1);
	EXPECT_EQ(test, device->hardware.powered, 0);
	EXPECT(test, device->context->set_sysprof(token, 2));
	EXPECT(test, device->context->set_sysprof(token, 2));
	EXPECT_EQ(test, device->scheduler().profilers(), 1);
	EXPECT_EQ(test, device->hardware.powered, 1);
	device->close(test);
	EXPECT_EQ(test, device->hardware.powered, 0);
	EXPECT_EQ(test, device->scheduler().profilers(), 0);
	device->destroy(test);
}

} // namespace

KUNIT_SUITE(job, KUNIT_CASE(runs_and_retires), KUNIT_CASE(tables_stay_while_they_are_loaded),
	    KUNIT_CASE(any_number_comes_too_late), KUNIT_CASE(dropped_before_arming),
	    KUNIT_CASE(cancelled_after_arming), KUNIT_CASE(large_jobs_keep_their_arrays_elsewhere),
	    KUNIT_CASE(refuses_what_cannot_run), KUNIT_CASE(waits_for_dependencies),
	    KUNIT_CASE(full_ring_is_back_pressure),
	    KUNIT_CASE(closed_contexts_drain_without_effect), KUNIT_CASE(gone_with_unfinished_jobs),
	    KUNIT_CASE(halted_with_a_blocked_job), KUNIT_CASE(asleep_nothing_runs),
	    KUNIT_CASE(no_sleep_before_the_ring_is_empty), KUNIT_CASE(blocked_jobs_sleep_too),
	    KUNIT_CASE(asleep_while_a_reset_parks), KUNIT_CASE(parked_against_a_late_wake),
	    KUNIT_CASE(only_the_guilty_fails), KUNIT_CASE(who_got_on_after_all_is_left_alone),
	    KUNIT_CASE(not_reset_in_a_sleep), KUNIT_CASE(reset_on_request), KUNIT_CASE(lost_device),
	    KUNIT_CASE(fences_outlive_everything), KUNIT_CASE(numbers), KUNIT_CASE(queues),
	    KUNIT_CASE(profiling));
