// SPDX-License-Identifier: GPL-2.0-only
/* From the kernel's callback, which gets the item, to the owner's member function. */

#include "kernel/work.h"

#include "kernel/entry.h"

namespace kernel {

void Work::init(void *object, work_detail::Thunk thunk)
{
	object_ = object;
	thunk_ = thunk;
	bridge_work_init(work_.get(), run);
}

void Work::run(struct work_struct *work)
{
	static_assert(offsetof(Work, work_) == 0);
	auto *self = reinterpret_cast<Work *>(work);

	self->thunk_(self->object_, entry::work());
}

void Timer::init(void *object, TimerThunk thunk)
{
	object_ = object;
	thunk_ = thunk;
	bridge_timer_init(timer_.get(), run);
}

void Timer::run(struct timer_list *timer)
{
	static_assert(offsetof(Timer, timer_) == 0);
	auto *self = reinterpret_cast<Timer *>(timer);

	self->thunk_(self->object_, entry::irq());
}

void IrqWork::init(void *object, IrqThunk thunk)
{
	object_ = object;
	thunk_ = thunk;
	bridge_irq_work_init(work_.get(), run);
}

void IrqWork::run(struct irq_work *work)
{
	static_assert(offsetof(IrqWork, work_) == 0);
	auto *self = reinterpret_cast<IrqWork *>(work);

	self->thunk_(self->object_, entry::irq());
}

} // namespace kernel
