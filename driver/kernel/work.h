/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Work items: a member function that a worker thread calls later. The function's parameter says in
 * what context it runs; one that takes Signalling runs inside a fence-signalling section from
 * beginning to end.
 *
 *	class Reaper {
 *		void reap(MayAlloc token);
 *		Work work_;
 *	public:
 *		Reaper() { work_.init<&Reaper::reap>(this); }
 */
#pragma once

#include "bridge/work.h"
#include "kernel/contexts.h"
#include "kernel/opaque.h"
#include "kernel/result.h"
#include "kernel/signalling.h"
#include "kernel/time.h"

namespace kernel {

namespace work_detail {

/* What a member function's type says: its class and the token it takes. */
template <typename Method>
struct MethodTraits;
template <typename T, typename Token>
struct MethodTraits<void (T::*)(Token)> {
	using Object = T;
	using Context = Token;
};

using Thunk = void (*)(void *object, MayAlloc token);

template <auto method>
void thunk(void *object, MayAlloc token)
{
	using Traits = MethodTraits<decltype(method)>;
	auto *self = static_cast<typename Traits::Object *>(object);

	if constexpr (std::is_same_v<typename Traits::Context, Signalling>) {
		SignallingSection section(token);
		(self->*method)(section.token());
	} else {
		(self->*method)(token);
	}
}

} // namespace work_detail

/**
 * class WorkQueue - where work items run; destroying it waits for all that is queued
 *
 * Signalling and reclaim work needs a queue of its own with %WQ_MEM_RECLAIM.
 */
class WorkQueue {
public:
	WorkQueue() = default;
	WorkQueue(WorkQueue &&other) : queue_(std::exchange(other.queue_, nullptr)) {}
	~WorkQueue()
	{
		if (queue_)
			bridge_workqueue_destroy(queue_);
	}
	WorkQueue &operator=(WorkQueue &&other)
	{
		std::swap(queue_, other.queue_);
		return *this;
	}

	/**
	 * create() - A queue
	 * @name: literal text, no format
	 * @flags: WQ_MEM_RECLAIM, WQ_HIGHPRI, WQ_UNBOUND, WQ_FREEZABLE
	 * @max_active: items at work at a time; 1 runs them in order
	 *
	 * Return: the queue or ENOMEM.
	 */
	static Result<WorkQueue> create(MayAlloc, const char *name, u32 flags, int max_active = 1)
	{
		WorkQueue queue;

		queue.queue_ = bridge_workqueue_alloc(name, flags, max_active);
		if (!queue.queue_)
			return err(ENOMEM);
		return queue;
	}

	/**
	 * flush() - Waits for everything queued before. Never under a lock that the work takes
	 * (lockdep knows).
	 */
	void flush(MayAlloc) { bridge_workqueue_flush(queue_); }
	struct workqueue_struct *raw() const { return queue_; }
	explicit operator bool() const { return queue_ != nullptr; }

private:
	struct workqueue_struct *queue_ = nullptr;
};

/**
 * class Work - a work item; a member of the object it works on. Must be idle when it goes: cancel()
 * or flush() first.
 */
class Work {
public:
	Work() = default;
	Work(const Work &) = delete;
	Work &operator=(const Work &) = delete;

	/** init() - Once, in the owner's constructor: `work_.init<&Owner::method>(this)`. */
	template <auto method>
	void init(typename work_detail::MethodTraits<decltype(method)>::Object *object)
	{
		init(object, work_detail::thunk<method>);
	}

	/** queue() - From any context. Return: false when it was queued already. */
	bool queue(WorkQueue &queue, Irq) { return bridge_queue_work(queue.raw(), work_.get()); }
	/** flush() - Waits until a queued run is over. */
	void flush(MayAlloc) { bridge_flush_work(work_.get()); }
	/** cancel() - Takes it off the queue and waits for one that runs. Return: it was queued. */
	bool cancel(MayAlloc) { return bridge_cancel_work_sync(work_.get()); }

private:
	void init(void *object, work_detail::Thunk thunk);
	static void run(struct work_struct *work);

	Opaque<struct work_struct> work_;
	void *object_ = nullptr;
	work_detail::Thunk thunk_ = nullptr;
};

/** class Timer - calls a member function with an Irq token (a softirq) once, some time later */
class Timer {
public:
	Timer() = default;
	/** ~Timer() - Stops it for good and waits for a run in progress. */
	~Timer()
	{
		if (thunk_)
			bridge_timer_shutdown_sync(timer_.get());
	}
	Timer(const Timer &) = delete;
	Timer &operator=(const Timer &) = delete;

	template <auto method>
	void init(typename work_detail::MethodTraits<decltype(method)>::Object *object)
	{
		using Traits = work_detail::MethodTraits<decltype(method)>;
		static_assert(std::is_same_v<typename Traits::Context, Irq>,
			      "timers run in interrupt context");

		init(object, [](void *self, Irq token) {
			(static_cast<typename Traits::Object *>(self)->*method)(token);
		});
	}

	/** start() - @delay from now, also when it is already running. */
	void start(Nanoseconds delay, Irq) { bridge_timer_start(timer_.get(), delay.count); }
	/** resume() - after stop(): for when it was to run, which may be now */
	void resume(Irq) { bridge_timer_resume(timer_.get()); }
	/** stop() - Return: it was waiting. Waits for a run in progress. */
	bool stop(Signalling) { return bridge_timer_stop_sync(timer_.get()); }

private:
	using TimerThunk = void (*)(void *object, Irq token);

	void init(void *object, TimerThunk thunk);
	static void run(struct timer_list *timer);

	Opaque<struct timer_list> timer_;
	void *object_ = nullptr;
	TimerThunk thunk_ = nullptr;
};

/**
 * class IrqWork - calls a member function with an Irq token as soon as this CPU takes interrupts
 * again: behind the handler of the interrupt that asked for it
 */
class IrqWork {
public:
	IrqWork() = default;
	IrqWork(const IrqWork &) = delete;
	IrqWork &operator=(const IrqWork &) = delete;

	/** init() - Once, in the owner's constructor */
	template <auto method>
	void init(typename work_detail::MethodTraits<decltype(method)>::Object *object)
	{
		using Traits = work_detail::MethodTraits<decltype(method)>;
		static_assert(std::is_same_v<typename Traits::Context, Irq>,
			      "it runs in interrupt context");

		init(object, [](void *self, Irq token) {
			(static_cast<typename Traits::Object *>(self)->*method)(token);
		});
	}

	/** queue() - Return: false if it was queued already. */
	bool queue(Irq) { return bridge_irq_work_queue(work_.get()); }
	/** flush() - Waits until a queued run is over; before the owner goes, at the latest. */
	void flush(Signalling) { bridge_irq_work_sync(work_.get()); }

private:
	using IrqThunk = void (*)(void *object, Irq token);

	void init(void *object, IrqThunk thunk);
	static void run(struct irq_work *work);

	Opaque<struct irq_work> work_;
	void *object_ = nullptr;
	IrqThunk thunk_ = nullptr;
};

} // namespace kernel
